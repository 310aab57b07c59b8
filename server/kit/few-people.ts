/**
 * Groups of few people are not told apart: a figure about few is a figure about somebody. Whatever is told has at least
 * `min` people in it, what is left over included, so that nobody is found by taking away what is told from the whole.
 */
export type OfPeople = { key: string; people: number };

export type Told<Group extends OfPeople> = {
  /** Those that stand for themselves. */
  groups: Group[];
  /** Those that are told together, as one. */
  merged: Group[];
  /** Those of which nothing is told but that they are there: all of them together are too few. */
  withheld: Group[];
};

export function tellGroups<Group extends OfPeople>(all: readonly Group[], min: number): Told<Group> {
  const ordered = all.toSorted((a, b) => b.people - a.people || (a.key < b.key ? -1 : 1));
  const groups = ordered.filter(({ people }) => people >= min);
  const merged = ordered.filter(({ people }) => people < min && people > 0);
  // too few by themselves, they take the smallest of the others in, until they are enough
  while (merged.length > 0 && peopleAtLeast(merged) < min) {
    const smallest = groups.pop();
    if (!smallest) return { groups: [], merged: [], withheld: merged };
    merged.unshift(smallest);
  }
  return { groups, merged, withheld: [] };
}

/**
 * So many people are surely in some groups together. One person may be in several of them (who comes by a link today
 * and by search tomorrow), so their sum may count somebody five times: what is sure is the largest of them.
 */
const peopleAtLeast = (groups: readonly OfPeople[]): number =>
  Math.max(...groups.map(({ people }) => people));
