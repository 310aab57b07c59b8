import { api } from '#web/api-client.ts';
import type { Panel } from '#web/api-types.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';
import { commitmentOf, keptSalt, newSalt } from './commitment.ts';

const REST_MS = 900;
type Notes = NonNullable<Panel['ranking']>['notes'];
type Criterion = Panel['rubric'][number]['criterion'];

/** A ranking that is being made: saved shortly after one stops, and committed when it is done. */
export class RankingKeeper {
  order: string[] = $state([]);
  notes: Notes = $state({});
  saving = $state(false);
  trouble: Refusal | null = $state.raw(null);
  saved_at: string = $state('');
  readonly #id: string;
  readonly #taken: (panel: Panel) => void;
  #version: number;
  #saved = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ id, finalists, ranking, now }: Panel, taken: (panel: Panel) => void) {
    this.#id = id;
    this.#taken = taken;
    this.#version = ranking?.version ?? 0;
    this.order = ranking?.order ?? finalists.map(({ entry_id }) => entry_id);
    this.notes = { ...ranking?.notes };
    this.saved_at = ranking?.saved_at ?? now;
    this.#saved = JSON.stringify([this.order, this.notes]);
  }

  readonly #now = $derived(JSON.stringify([this.order, this.notes]));
  readonly unsaved = $derived(this.#now !== this.#saved);

  place(order: string[]) {
    this.order = order;
    this.#changed();
  }
  note(entry_id: string, criterion: Criterion, text: string) {
    const { [criterion]: _, ...others } = this.notes[entry_id] ?? {};
    this.notes = {
      ...this.notes,
      [entry_id]: text.trim() === '' ? others : { ...others, [criterion]: text },
    };
    this.#changed();
  }
  #changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), REST_MS);
  }

  save = async (): Promise<void> => {
    clearTimeout(this.#timer);
    if (this.saving || (!this.unsaved && this.#version > 0)) return;
    this.saving = true;
    const sent = this.#now;
    try {
      const { order, notes } = $state.snapshot({ order: this.order, notes: this.notes });
      const panel = await api.competitions.updateRanking({
        ...{ id: this.#id, version: this.#version, order, notes },
      });
      this.#version = panel.ranking?.version ?? this.#version;
      this.#saved = sent;
      this.saved_at = panel.ranking?.saved_at ?? this.saved_at;
      this.trouble = null;
      this.#taken(panel);
    } catch (error) {
      this.trouble = refusalOf(error);
    } finally {
      this.saving = false;
    }
    if (this.unsaved && !this.trouble) this.#changed();
  };

  /** With the salt left at the server it is revealed by itself; else only this browser can. */
  commit = async (leaveSalt: boolean): Promise<void> => {
    await this.save();
    if (this.trouble) throw new Error(this.trouble.message);
    const salt = newSalt();
    const { order, notes } = $state.snapshot({ order: this.order, notes: this.notes });
    const digest = await commitmentOf({ judge: this.#id, order, notes, salt });
    // kept before it is sent: a ranking whose salt is lost can never be revealed
    if (!leaveSalt) keptSalt.put(this.#id, salt);
    this.#taken(
      await api.competitions.createRankingCommitment({
        ...{ id: this.#id, digest, ...(leaveSalt && { salt }) },
      }),
    );
  };

  reveal = async (salt: string): Promise<void> => {
    const { order, notes } = $state.snapshot({ order: this.order, notes: this.notes });
    this.#taken(await api.competitions.createRankingReveal({ id: this.#id, order, notes, salt }));
  };

  stop() {
    clearTimeout(this.#timer);
  }
}
