export type Difference = { path: string; before: string | null; after: string | null };

/** What two contents say differently, field by field, in the order of the newer one; what is gone stands last. */
export function differences(before: object, after: object): Difference[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...is.keys(), ...was.keys()])]
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }))
    .filter((leaf) => leaf.before !== leaf.after);
}

function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) leavesOf(inner, path ? `${path}.${key}` : key, leaves);
  } else if (value !== undefined) leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return leaves;
}
