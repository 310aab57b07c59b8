import { hash } from 'node:crypto';

/**
 * The hash tree of RFC 9162 section 2.1 over all ballots of a category in the order in which they were cast, in pieces:
 * 256 leaves that are all there have one hash for ever, a bough. So a root of a million ballots asks for four thousand
 * boughs and at most 255 leaves, and a proof for no more.
 */
export const BOUGH = 256;

const digest = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer');
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const leafHash = (leaf: Uint8Array): Buffer => digest(Buffer.concat([LEAF, leaf]));
const node = (left: Buffer, right: Buffer): Buffer => digest(Buffer.concat([NODE, left, right]));

/** Neighbours join two by two; the last of an odd row goes up as it is. */
const above = (row: readonly Buffer[]): Buffer[] =>
  Array.from({ length: Math.ceil(row.length / 2) }, (_, place) => {
    const left = row[2 * place] ?? Buffer.alloc(0);
    const right = row[2 * place + 1];
    return right ? node(left, right) : left;
  });

/** What some neighbours join to. */
export function joined(row: readonly Buffer[]): Buffer {
  let top = row;
  while (top.length > 1) top = above(top);
  return top[0] ?? hash('sha256', '', 'buffer');
}

/** The root over all boughs and the leaves that came after them, as hex. */
export const rootOver = (boughs: readonly Buffer[], rest: readonly Buffer[]): string =>
  joined(rest.length > 0 ? [...boughs, joined(rest)] : boughs).toString('hex');

/**
 * The way from a leaf to the root of the first `size`: `leaves` are those of its own bough, `boughs` all that are whole,
 * `rest` the leaves that came after them.
 */
export function pathOf(
  { index, size }: { index: number; size: number },
  { leaves, boughs, rest }: { leaves: readonly Buffer[]; boughs: readonly Buffer[]; rest: readonly Buffer[] },
): { index: number; size: number; path: string[] } {
  const tops = rest.length > 0 ? [...boughs, joined(rest)] : boughs;
  const path = [...siblings(leaves, index % BOUGH), ...siblings(tops, Math.floor(index / BOUGH))];
  return { index, size, path: path.map((one) => one.toString('hex')) };
}

function siblings(row: readonly Buffer[], index: number): Buffer[] {
  const found: Buffer[] = [];
  let position = index;
  for (let level = row; level.length > 1; level = above(level)) {
    const beside = level[position % 2 === 0 ? position + 1 : position - 1];
    if (beside) found.push(beside);
    position = Math.floor(position / 2);
  }
  return found;
}

/** A tree that grows leaf by leaf, and knows its root at every size; it keeps boughs and no more than 255 leaves. */
export function growing(): { add(leaf: Buffer): void; size(): number; root(): string } {
  const boughs: Buffer[] = [];
  let rest: Buffer[] = [];
  return {
    add(leaf) {
      rest.push(leaf);
      if (rest.length < BOUGH) return;
      boughs.push(joined(rest));
      rest = [];
    },
    size: () => boughs.length * BOUGH + rest.length,
    root: () => rootOver(boughs, rest),
  };
}
