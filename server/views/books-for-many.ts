import type { Books } from '#api/books/shapes.ts';
import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import { booksAt } from './books.ts';

/** How long the books of now are shown before they are read again. */
export const BOOKS_KEPT_S = 5;
/** Books of the past that were asked for lately. */
const PAST_KEPT = 100;

type Reading = { books: Promise<Books>; read_at: number };

/**
 * The books for whoever asks, and anybody may: they are read once for all who ask within some seconds, and one
 * instant of the past after the other, so that no crowd makes the database add up everything many times over.
 */
export function booksForMany(context: Context, before: Date | null): Promise<Books> {
  const shelf = shelves(context);
  if (!before) {
    if (!shelf.now || performance.now() - shelf.now.read_at > BOOKS_KEPT_S * 1_000)
      shelf.now = reading(
        () => booksAt(context, null),
        () => (shelf.now = null),
      );
    return shelf.now.books;
  }
  const key = before.toISOString();
  let found = shelf.past.get(key);
  if (!found) {
    const turn = shelf.turn.then(() => booksAt(context, before));
    shelf.turn = turn.catch(() => {});
    found = reading(
      () => turn,
      () => shelf.past.delete(key),
    );
    shelf.past.set(key, found);
    for (const oldest of shelf.past.keys()) if (shelf.past.size > PAST_KEPT) shelf.past.delete(oldest);
  }
  return found.books;
}

function reading(read: () => Promise<Books>, failed: () => void): Reading {
  const books = read();
  books.catch(failed);
  return { books, read_at: performance.now() };
}

type Shelf = { now: Reading | null; past: Map<string, Reading>; turn: Promise<unknown> };
const shelves = onePer<Context, Shelf>(() => ({ now: null, past: new Map(), turn: Promise.resolve() }));
