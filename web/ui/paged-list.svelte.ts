import { refusalOf, type Refusal } from '#web/refusal.ts';
import type { Page } from '#web/api-types.ts';

/** A list that starts with the page the server drew and continues by its cursor. */
export class PagedList<Item> {
  items: Item[] = $state([]);
  cursor: string | null = $state(null);
  busy = $state(false);
  refusal: Refusal | null = $state(null);
  readonly #next: (cursor: string) => Promise<Page<Item>>;

  constructor(first: Page<Item>, next: (cursor: string) => Promise<Page<Item>>) {
    this.items = first.items;
    this.cursor = first.next_cursor;
    this.#next = next;
  }

  more = async () => {
    if (!this.cursor || this.busy) return;
    this.busy = true;
    this.refusal = null;
    try {
      const page = await this.#next(this.cursor);
      this.items.push(...page.items);
      this.cursor = page.next_cursor;
    } catch (error) {
      this.refusal = refusalOf(error);
    } finally {
      this.busy = false;
    }
  };
}
