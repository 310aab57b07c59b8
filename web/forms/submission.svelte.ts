import { refusalOf, type Issue, type Refusal } from '#web/refusal.ts';

/** One form on its way to the server: busy or not, and how it was refused, by name and by field. */
export class Submission {
  busy = $state(false);
  refusal: Refusal | null = $state.raw(null);

  readonly #fields = new Set<string>();

  /** Runs the act; true when it was done. What was typed stays where it is either way. */
  async run(act: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.refusal = null;
    try {
      await act();
      return true;
    } catch (error) {
      this.refusal = refusalOf(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What is wrong with one field, in words. Asking makes the field known: see `unplaced`. */
  issue(name: string): string | null {
    this.#fields.add(name);
    return this.refusal?.issues.find((issue) => issue.path.split(/[./]/).includes(name))?.message ?? null;
  }
  /** Findings that no field of this form shows. */
  unplaced(): Issue[] {
    return (
      this.refusal?.issues.filter(
        (issue) => !issue.path.split(/[./]/).some((part) => this.#fields.has(part)),
      ) ?? []
    );
  }
  /** The refusal, when it belongs to this field although it came by name. */
  named(...codes: string[]): string | null {
    return this.refusal && codes.includes(this.refusal.code) ? this.refusal.message : null;
  }
}
