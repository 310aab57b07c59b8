/** One of those whose an entry is, and their part of what it wins. */
export type Share = { person_id: string; share_ppm: number };

const WHOLE_PPM = 1_000_000n;

/**
 * A prize among those whose an entry is: whole nano, that sum to it exactly. What is left of rounding down goes, one by
 * one, to the largest remainders, of equal ones to who stands first.
 */
export function splitPrize(
  amount_nanos: bigint,
  shares: readonly Share[],
): { person_id: string; amount_nanos: bigint }[] {
  const parts = shares.map(({ person_id, share_ppm }, place) => {
    const exact = amount_nanos * BigInt(share_ppm);
    return { person_id, place, whole: exact / WHOLE_PPM, rest: exact % WHOLE_PPM };
  });
  const left = amount_nanos - parts.reduce((sum, { whole }) => sum + whole, 0n);
  const byRest = parts.toSorted((one, other) =>
    one.rest === other.rest ? one.place - other.place : one.rest > other.rest ? -1 : 1,
  );
  const lucky = new Set(byRest.slice(0, Number(left)).map(({ place }) => place));
  return parts.map(({ person_id, place, whole }) => ({
    person_id,
    amount_nanos: whole + (lucky.has(place) ? 1n : 0n),
  }));
}

export const sharesAreWhole = (shares: readonly Pick<Share, 'share_ppm'>[]): boolean =>
  shares.reduce((sum, { share_ppm }) => sum + BigInt(share_ppm), 0n) === WHOLE_PPM;
