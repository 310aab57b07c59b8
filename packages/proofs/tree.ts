/**
 * The shape that both trees here have: neighbours join two by two, and the last of an odd row goes up as it is,
 * which is the same tree as RFC 9162's split at the largest power of two. What a node is, and how two join, is
 * each tree's own.
 */
export type Join<Node> = (left: Node, right: Node) => Promise<Node> | Node;

/** All rows from the leaves up; the last has the root alone, or is empty where there are no leaves. */
export async function grow<Node>(leaves: readonly Node[], join: Join<Node>): Promise<Node[][]> {
  let level = [...leaves];
  const levels = [level];
  while (level.length > 1) {
    level = await Promise.all(
      pairs(level).map(async ([left, right]) => (right === undefined ? left : join(left, right))),
    );
    levels.push(level);
  }
  return levels;
}

/** Who stands beside the way from a leaf to the root. Throws a RangeError for a leaf that the tree does not have. */
export function siblingsOf<Node>(levels: readonly (readonly Node[])[], index: number): Node[] {
  const size = levels[0]?.length ?? 0;
  if (!isPosition(index, size)) throw new RangeError(`no leaf ${index} among ${size}`);
  const siblings: Node[] = [];
  let position = index;
  for (const level of levels) {
    const sibling = level[position % 2 === 0 ? position + 1 : position - 1];
    if (sibling !== undefined) siblings.push(sibling);
    position = Math.floor(position / 2);
  }
  return siblings;
}

/** Where a leaf of a tree of this size gets to by these siblings (RFC 9162 section 2.1.3.2); null where they are too many or too few. */
export async function climb<Node>(
  leaf: Node,
  { index, size }: { index: number; size: number },
  siblings: readonly Node[],
  join: Join<Node>,
): Promise<Node | null> {
  let position = index;
  let last = size - 1;
  let node = leaf;
  for (const sibling of siblings) {
    if (last === 0) return null;
    if (position % 2 === 1 || position === last) {
      node = await join(sibling, node);
      // went up alone until it had somebody on its left
      while (position % 2 === 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else {
      node = await join(node, sibling);
    }
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 ? node : null;
}

export const isPosition = (index: number, size: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;

/** Neighbours two by two; the last of an odd row stands alone. */
const pairs = <T>(row: readonly T[]): [T, T | undefined][] =>
  row.flatMap((left, index): [T, T | undefined][] => (index % 2 === 0 ? [[left, row[index + 1]]] : []));
