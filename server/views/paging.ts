import type { Context } from '../context.ts';
import { refuse } from '../refuse.ts';

/**
 * A list that was read one longer than asked, cut, with the cursor to go on from. `owner` names the list and
 * whose it is: a cursor of another list would mean something else here.
 */
export function pageOf<Row>(
  context: Context,
  owner: string,
  rows: readonly Row[],
  limit: number,
  place: (last: Row) => readonly string[],
): { shown: Row[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    shown,
    next_cursor: rows.length > limit && last ? context.cursors.seal(owner, place(last)) : null,
  };
}

/** Where a list goes on; refuses a cursor that was not made for this list and this caller. */
export function placeOf(context: Context, owner: string, cursor: string | undefined): string[] | null {
  if (cursor === undefined) return null;
  const place = context.cursors.open(owner, cursor);
  if (!place)
    refuse('INVALID_INPUT', { issues: [{ path: 'cursor', message: 'is not a cursor of this list' }] });
  return place;
}

/** The row that a page ended with, where rows are in the order of a time and an id. */
export const rowOf = (place: readonly string[] | null): { at: Date; id: string } | null => {
  const [at, id] = place ?? [];
  return at && id ? { at: new Date(at), id } : null;
};
