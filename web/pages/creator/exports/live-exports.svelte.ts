import { api } from '#web/api-client.ts';
import type { Export } from '#web/api-types.ts';

const LOOK_MS = 1_000;
const isOpen = ({ state }: Export) => state === 'waiting' || state === 'making';

/** One's files as they are made. While one is, the page looks again each second, as long as somebody sees it. */
export class LiveExports {
  items: Export[] | null = $state.raw(null);
  /** What became of one while the page was open, for whoever cannot see the list. */
  said = $state('');
  readonly #open = $derived(this.items?.some(isOpen) ?? false);

  begin(items: Export[]): void {
    this.items = items;
  }
  add(made: Export): void {
    this.items = [made, ...(this.items ?? [])];
  }
  remove(id: string): void {
    this.items = this.items?.filter((one) => one.id !== id) ?? null;
  }

  /** Ends with what it returns. A look that fails is made up for by the next one. */
  follow(): (() => void) | undefined {
    if (!this.#open) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void this.#look().catch(() => undefined);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }

  async #look(): Promise<void> {
    const before = new Map(this.items?.map((one) => [one.id, one]));
    const { items } = await api.analytics.listExports({});
    const ended = items.find((one) => !isOpen(one) && isOpen(before.get(one.id) ?? one));
    if (ended) this.said = ended.state === 'ready' ? `${ended.name} is ready` : `${ended.name}: ${ended.why}`;
    // what was ordered or deleted meanwhile is told by the next look
    this.items = items;
  }
}
