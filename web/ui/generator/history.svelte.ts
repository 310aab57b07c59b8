/**
 * Everything the account generates, live: the page that the server drew, what comes after it, and one stream
 * that tells of every change, from this tab or another. A hidden tab lets go of its stream, because a browser
 * has few connections for one place; when it is looked at again it catches up.
 */
import { SvelteMap } from 'svelte/reactivity';
import { api } from '#web/api-client.ts';
import type { Board, Generation, GenerationsEvent, Page, Progress } from '#web/api-types.ts';
import { Again } from '#web/again.ts';
import { refusalOf, type Refusal } from '#web/refusal.ts';
import { hasEnded } from '../words.ts';
import {
  belongs,
  type FeedFilter,
  groupId,
  groupsOf,
  type Group,
  isGone,
  isLate,
  olderFirst,
  type Outlook,
} from './feed.ts';

const LET_GO_AFTER_MS = 20_000;
const PAGE = 30;
const MONEY_PAUSE_MS = 120;

export type Live = Outlook & {
  progress: Progress | null;
  /** the latest, as a data URL */
  preview: string | null;
};
const UNKNOWN: Live = {
  progress: null,
  preview: null,
  queue_place: null,
  estimate: null,
  runner_away: false,
};

export class History {
  filter: FeedFilter = $state.raw({
    modality: undefined,
    stage: undefined,
    model: undefined,
    board: undefined,
  });
  boards: Board[] = $state.raw([]);
  busy = $state(false);
  refusal: Refusal | null = $state.raw(null);
  /** Whether the stream is open: what is shown is what is. */
  connected = $state(false);
  #seen: ReadonlyMap<string, Generation> = $state.raw(new Map());
  /** Of those seen, the ones of the list, as far as it was read. */
  #listed: ReadonlySet<string> = $state.raw(new Set());
  #cursor: string | null = $state(null);
  readonly #live = new SvelteMap<string, Live>();
  #stopped = new AbortController();
  #line: AbortController | null = null;
  #money = 0;
  #visible: () => void = () => {};
  readonly #onmoney: () => void;

  constructor(first: Page<Generation>, filter: FeedFilter, boards: Board[], onmoney: () => void) {
    this.#onmoney = onmoney;
    this.restart(first, filter, boards);
  }

  readonly groups: Group[] = $derived(
    groupsOf([...this.#listed].flatMap((id) => this.#seen.get(id) ?? []).filter((one) => !isGone(one))),
  );
  get more(): boolean {
    return this.#cursor !== null;
  }
  /** Whether anything has ever been generated, as far as the list shows. */
  get isEmpty(): boolean {
    return this.groups.length === 0 && !this.more;
  }
  get(id: string): Generation | null {
    return this.#seen.get(id) ?? null;
  }
  group(id: string): Group {
    const generations = [...this.#seen.values()].filter((one) => groupId(one) === id).toSorted(olderFirst);
    return { id, generations };
  }
  live(id: string): Live | null {
    return this.#live.get(id) ?? null;
  }

  /** Begins the list anew: another filter, or the page was drawn again. */
  restart(first: Page<Generation>, filter: FeedFilter, boards: Board[]) {
    this.filter = filter;
    this.boards = boards;
    this.#listed = new Set();
    this.#cursor = first.next_cursor;
    this.take(first.items);
    this.#listed = new Set(first.items.map(({ id }) => id));
  }

  take(generations: readonly Generation[]) {
    if (generations.length === 0) return;
    const seen = new Map(this.#seen);
    const listed = new Set(this.#listed);
    const oldest = [...listed].reduce((least, id) => (least === '' || id < least ? id : least), '');
    for (const generation of generations) {
      const { id } = generation;
      if (isLate(seen.get(id), generation)) continue;
      seen.set(id, generation);
      if (hasEnded(generation.state)) this.#live.delete(id);
      else this.#note(id, outlookOf(generation));
      const isInReach = this.#cursor === null || id > oldest;
      if (!belongs(generation, this.filter)) listed.delete(id);
      else if (isInReach) listed.add(id);
    }
    this.#seen = seen;
    this.#listed = listed;
  }
  #note(id: string, change: Partial<Live>) {
    this.#live.set(id, { ...(this.#live.get(id) ?? UNKNOWN), ...change });
  }

  next = async () => {
    if (!this.#cursor || this.busy) return;
    this.busy = true;
    this.refusal = null;
    try {
      const page = await api.generation.listGenerations({
        ...this.filter,
        limit: PAGE,
        cursor: this.#cursor,
      });
      this.#cursor = page.next_cursor;
      this.take(page.items);
      this.#listed = new Set([...this.#listed, ...page.items.map(({ id }) => id)]);
    } catch (error) {
      this.refusal = refusalOf(error);
    } finally {
      this.busy = false;
    }
  };

  follow() {
    this.#stopped = new AbortController();
    let letGo = 0;
    const looked = () => {
      clearTimeout(letGo);
      if (document.hidden) letGo = window.setTimeout(() => this.#line?.abort(), LET_GO_AFTER_MS);
      else this.#visible();
    };
    document.addEventListener('visibilitychange', looked, { signal: this.#stopped.signal });
    void this.#listen();
  }
  leave() {
    this.#stopped.abort();
    this.#line?.abort();
    clearTimeout(this.#money);
  }

  async #listen() {
    const { signal } = this.#stopped;
    const again = new Again();
    while (!signal.aborted) {
      if (document.hidden) await new Promise<void>((resume) => (this.#visible = resume));
      this.#line = new AbortController();
      try {
        const events = await api.generation.watchGenerations({}, { signal: this.#line.signal });
        this.connected = true;
        for await (const event of events) {
          again.stood();
          this.#hear(event);
        }
      } catch (error) {
        if (refusalOf(error).code === 'NOT_SIGNED_IN') return;
      } finally {
        this.connected = false;
      }
      if (!signal.aborted) await again.pause(signal);
    }
  }

  #hear(event: GenerationsEvent) {
    if (event.type === 'open') void this.#catchUp(event.generations);
    else if (event.type === 'boards') void this.readBoards();
    else if (event.type === 'progress') this.#note(event.id, { progress: event.progress });
    else if (event.type === 'queue') this.#note(event.id, lineOf(event));
    else if (event.type === 'preview')
      this.#note(event.id, { preview: `data:${event.mime};base64,${event.base64}` });
    else this.#changed(event.generation);
  }

  #changed(generation: Generation) {
    const before = this.get(generation.id);
    this.take([generation]);
    const after = this.get(generation.id) ?? generation;
    if (!before || hasEnded(before.state) !== hasEnded(after.state)) this.#moneyMoved();
  }

  /** What happened before the stream was open: the newest of the list, and what was open and is no more. */
  async #catchUp(open: Generation[]) {
    this.take(open);
    const isOpen = new Set(open.map(({ id }) => id));
    const ended = [...this.#seen.values()].filter((one) => !hasEnded(one.state) && !isOpen.has(one.id));
    try {
      const [first, ...others] = await Promise.all([
        api.generation.listGenerations({ ...this.filter, limit: PAGE }).then(({ items }) => items),
        ...ended.map(({ id }) => api.generation.getGeneration({ id })),
      ]);
      this.take([...first, ...others]);
      if (others.length > 0) this.#moneyMoved();
    } catch {
      // the stream goes on, and tells what comes
    }
  }

  async readBoards() {
    try {
      this.boards = (await api.generation.listBoards({})).items;
    } catch {
      // told again with the next change
    }
  }

  #moneyMoved() {
    clearTimeout(this.#money);
    this.#money = window.setTimeout(this.#onmoney, MONEY_PAUSE_MS);
  }
}

const lineOf = ({ queue_place, estimate, runner_away }: Outlook): Outlook => ({
  queue_place,
  estimate,
  runner_away,
});
const outlookOf = (generation: Generation) => ({ ...lineOf(generation), progress: generation.progress });
