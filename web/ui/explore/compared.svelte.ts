import type { ModelCard } from '#web/api-types.ts';
import { COMPARED_MAX } from '../generator/compare.ts';

/** Models that were chosen to be put side by side; they stay chosen while one looks further. */
class Compared {
  chosen: readonly ModelCard[] = $state.raw([]);

  has = (slug: string): boolean => this.chosen.some((one) => one.slug === slug);

  /** Why this one cannot join them. */
  whyNot({ slug, modality, release_id }: ModelCard): string | null {
    if (this.has(slug)) return null;
    if (release_id === null) return 'Nothing of it is in use.';
    const [first] = this.chosen;
    if (first && first.modality !== modality) return 'Only models of one kind are compared.';
    return this.chosen.length < COMPARED_MAX ? null : `At most ${COMPARED_MAX} are compared at once.`;
  }

  toggle(model: ModelCard): void {
    if (this.has(model.slug)) this.leaveOut(model.slug);
    else if (this.whyNot(model) === null) this.chosen = [...this.chosen, model];
  }

  leaveOut(slug: string): void {
    this.chosen = this.chosen.filter((one) => one.slug !== slug);
  }

  clear = (): void => void (this.chosen = []);
}

export const compared = new Compared();
