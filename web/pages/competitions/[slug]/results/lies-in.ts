import type { OwnBallot } from '#web/api-types.ts';

/** Whether a ballot lies under its root; null where nothing was published of it yet. */
export async function liesIn({ leaf, proof }: Pick<OwnBallot, 'leaf' | 'proof'>): Promise<boolean | null> {
  if (leaf === null || proof === null) return null;
  const { isIncluded } = await import('@stellary/judging');
  const { root, index, size, path } = proof;
  return isIncluded(new TextEncoder().encode(leaf), { index, size, path }, root);
}
