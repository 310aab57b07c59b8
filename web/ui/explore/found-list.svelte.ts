import { refusalOf, type Refusal } from '#web/refusal.ts';
import type { Page } from '#web/api-types.ts';

/** What was on the screen when one left, so that going back finds it again. */
type Kept = { items: unknown[]; cursor: string | null; top: number };
const KEPT_MAX = 6;
const kept = new Map<string, Kept>();
/** The last of them outlives the page: whoever loads it again, or comes back from elsewhere, finds it, too. */
const STORED = 'explore';
const STORED_CHARS_MAX = 2_000_000;

/** A gallery that goes on as far as one scrolls. Nothing stands in it twice, whatever changed between two pages. */
export class FoundList<Item> {
  items: Item[] = $state.raw([]);
  cursor: string | null = $state(null);
  busy = $state(false);
  refusal: Refusal | null = $state(null);
  readonly #key: (item: Item) => string;
  readonly #next: (cursor: string) => Promise<Page<Item>>;

  constructor(first: Page<Item>, key: (item: Item) => string, next: (cursor: string) => Promise<Page<Item>>) {
    this.#key = key;
    this.#next = next;
    this.items = first.items;
    this.cursor = first.next_cursor;
  }

  more = async () => {
    if (!this.cursor || this.busy) return;
    this.busy = true;
    this.refusal = null;
    try {
      const page = await this.#next(this.cursor);
      const known = new Set(this.items.map(this.#key));
      this.items = [...this.items, ...page.items.filter((item) => !known.has(this.#key(item)))];
      this.cursor = page.next_cursor;
    } catch (error) {
      this.refusal = refusalOf(error);
    } finally {
      this.busy = false;
    }
  };

  keep(address: string): void {
    kept.delete(address);
    kept.set(address, { items: this.items, cursor: this.cursor, top: window.scrollY });
    store(address);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  }

  /** Puts back what was kept and answers how far down one was; null where nothing was. */
  bringBack(address: string): number | null {
    const before = kept.get(address) ?? stored(address);
    if (!before) return null;
    this.items = before.items as Item[];
    this.cursor = before.cursor;
    return before.top;
  }
}

function store(address: string): void {
  const text = JSON.stringify({ address, ...kept.get(address) });
  try {
    if (text.length <= STORED_CHARS_MAX) sessionStorage.setItem(STORED, text);
    else sessionStorage.removeItem(STORED);
  } catch {
    // a browser may keep nothing: then one begins at the top
  }
}

function stored(address: string): Kept | undefined {
  try {
    const found: (Kept & { address: string }) | null = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');
    return found?.address === address ? found : undefined;
  } catch {
    return undefined;
  }
}
