import { transit } from '../../chart-of-accounts.ts';
import { assert } from '../../kit/assert.ts';
import { MICRO_CREDITS_PER_MICRO_USD, sum } from '../../kit/money.ts';
import { type Account, type Leg, LEGS_MAX, type Posting } from '../../modules/ledger/index.ts';

export type What = { id: string; kind: string; memo: string };

export const gives = (account: Account, amount: bigint): Leg => ({ account, amount: -amount });
export const gains = (account: Account, amount: bigint): Leg => ({ account, amount });

/**
 * What moves, as rows of the journal. Each list of legs is one asset and sums to zero. A row has six legs
 * and one guarded account, so a larger movement, or one between guarded accounts, is several rows of the
 * same id through `transit`, which they leave at zero: first whoever gives, then whoever gains.
 */
export function posted(what: What, movements: readonly (readonly Leg[])[], first_part = 0): Posting[] {
  const rows = movements.flatMap(rowsOf);
  return rows.map((legs, index) => ({ ...what, part: first_part + index, legs }));
}

function rowsOf(movement: readonly Leg[]): Leg[][] {
  const legs = together(movement);
  assert(sum(amountsOf(legs)) === 0n, 'what is given is what is gained');
  const [first] = legs;
  if (!first) return [];
  const guarded = legs.filter(({ account }) => account.guarded);
  const accruing = legs.filter(({ account }) => !account.guarded);
  if (guarded.length <= 1 && legs.length <= LEGS_MAX) return [[...guarded, ...accruing]];

  const { give = [], gain = [] } = Object.groupBy(guarded, ({ amount }) => (amount < 0n ? 'give' : 'gain'));
  const alone = (leg: Leg) => [leg];
  const rows = [...give.map(alone), ...inRows(accruing, LEGS_MAX - 1), ...gain.map(alone)];
  const passing = transit(first.account.asset);
  return rows.map((row) => together([...row, gives(passing, sum(amountsOf(row)))]));
}

const amountsOf = (legs: readonly Leg[]) => legs.map(({ amount }) => amount);

/** The legs of one account are one leg, and a leg of nothing is none. */
export function together(legs: readonly Leg[]): Leg[] {
  const byKey = new Map<string, Leg>();
  for (const { account, amount } of legs)
    byKey.set(account.key, { account, amount: amount + (byKey.get(account.key)?.amount ?? 0n) });
  return [...byKey.values()].filter(({ amount }) => amount !== 0n);
}

export const inRows = <T>(items: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, row) =>
    items.slice(row * length, (row + 1) * length),
  );

/** Credits in dollars, which come in whole micro-dollars: what is sold, charged and paid out is. */
export function inDollars(micro_credits: bigint): bigint {
  assert(micro_credits % MICRO_CREDITS_PER_MICRO_USD === 0n, 'credits become whole micro-dollars');
  return micro_credits / MICRO_CREDITS_PER_MICRO_USD;
}
