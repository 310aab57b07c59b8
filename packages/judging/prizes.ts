import { demand, PLACES } from './kinds.ts';

export type Place<T = string> = {
  /** From 1; who shares a place has the same. */
  place: number;
  entry: T;
  /** With how many the place is shared, oneself included. */
  shared: number;
  /** In whole smallest units. */
  amount: string;
};

/**
 * Who gets which prize. Those who share a place share the prizes of all places that they take up, and what cannot be
 * divided goes in whole units to the first among them in the order of their ids. A place beyond the prizes is none. What
 * nobody takes goes back to where it came from: `Σ amounts + unused = Σ prizes`.
 */
export function award(
  groups: readonly (readonly string[])[],
  prizes: readonly string[],
): { places: Place[]; unused: string } {
  demand(
    prizes.length <= PLACES && prizes.every((prize) => /^(0|[1-9]\d{0,38})$/.test(prize)),
    'PRIZE_AMISS',
  );
  const places: Place[] = [];
  let left = sum(prizes);
  let taken = 0;
  for (const group of groups) {
    if (taken >= prizes.length) break;
    const pot = sum(prizes.slice(taken, taken + group.length));
    for (const [index, entry] of [...group].sort().entries())
      places.push({
        place: taken + 1,
        entry,
        shared: group.length,
        amount: String(part(pot, group.length, index)),
      });
    left -= pot;
    taken += group.length;
  }
  return { places, unused: String(left) };
}

function part(pot: bigint, among: number, index: number): bigint {
  const each = pot / BigInt(among);
  return BigInt(index) < pot % BigInt(among) ? each + 1n : each;
}

const sum = (amounts: readonly string[]): bigint => amounts.reduce((all, amount) => all + BigInt(amount), 0n);
