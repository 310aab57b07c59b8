/** Which generation, or which batch, stands on the stage. The address is told, so that a reload finds it again. */
import type { Generation } from '#web/api-types.ts';
import { groupId, type Group } from './feed.ts';
import type { History } from './history.svelte.ts';

export class Focus {
  #group: string | null = $state(null);
  #one: string | null = $state(null);
  readonly #history: History | null;
  readonly #remember: (changes: { generation: string | null; batch: string | null }) => void;

  constructor(
    history: History | null,
    shown: Generation | undefined,
    alone: boolean,
    remember: (changes: { generation: string | null; batch: string | null }) => void,
  ) {
    this.#history = history;
    this.#remember = remember;
    if (!shown) return;
    this.#group = groupId(shown);
    this.#one = alone ? shown.id : null;
  }

  readonly group: Group | null = $derived.by(() => {
    const group = this.#group === null ? null : this.#history?.group(this.#group);
    return group && group.generations.length > 0 ? group : null;
  });
  /** The generation that is shown alone: the only one of its group, or one that was picked out of it. */
  readonly one: Generation | null = $derived.by(() => {
    const { group } = this;
    if (!group) return null;
    if (group.generations.length === 1) return group.generations[0] ?? null;
    return group.generations.find(({ id }) => id === this.#one) ?? null;
  });

  show(group: string, one: string | null = null) {
    this.#group = group;
    this.#one = one;
    const alone = one ?? (this.#history?.get(group) ? group : null);
    this.#remember({ generation: alone, batch: alone ? null : group });
  }
  pick(generation: Generation) {
    this.show(groupId(generation), generation.id);
  }
  /** From one of a batch back to all of it. Answers whether there was a way back. */
  back(): boolean {
    if (this.#one === null || !this.group || this.group.generations.length < 2) return false;
    this.show(this.group.id);
    return true;
  }
  /** To the next older (1) or newer (-1) of the history, or of the batch when one of it is shown. */
  step(by: 1 | -1) {
    const { one, group } = this;
    if (one && group && group.generations.length > 1) {
      const next = group.generations[group.generations.indexOf(one) + by];
      if (next) return this.pick(next);
    }
    const groups = this.#history?.groups ?? [];
    const at = groups.findIndex(({ id }) => id === this.#group);
    const next = groups[at < 0 ? 0 : at + by];
    if (next) this.show(next.id);
  }
}
