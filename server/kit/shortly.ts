import { onePer } from './batcher.ts';

const KEPT_MAX = 200;

/**
 * Whoever asks for the same within so many milliseconds gets what was made once. Of each owner (a context) it keeps its
 * own, and nothing that failed.
 */
export function shortly<Owner extends object, Made>(
  same_ms: number,
): (owner: Owner, key: string, make: () => Promise<Made>) => Promise<Made> {
  const kept = onePer((_owner: Owner) => new Map<string, { until: number; made: Promise<Made> }>());
  return (owner, key, make) => {
    const known = kept(owner);
    const before = known.get(key);
    const now = performance.now();
    if (before && before.until > now) return before.made;
    if (known.size >= KEPT_MAX) known.clear();
    const made = make();
    known.set(key, { until: now + same_ms, made });
    made.catch(() => known.delete(key));
    return made;
  };
}
