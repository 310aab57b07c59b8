import { canonical, type LiabilitiesHeader, headerHash, ROOT_TYPE } from '@stellary/proofs';
import type { Context } from '../context.ts';
import { assert } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { owedTo } from '../views/owed.ts';

/**
 * Publishes what was owed at the end of the oldest closed day of which nothing is published: for each liability a
 * tree over its holders, its root signed and chained to that of the day before. Answers whether there was one.
 */
export async function publishLiabilities({
  database,
  signer,
  liability_key,
}: Pick<Context, 'database' | 'signer' | 'liability_key'>): Promise<boolean> {
  if (!(await earnings.dayToPublish(database.db))) return false;
  return database.inTransaction(async (tx) => {
    if (!(await earnings.mayPublish(tx))) return false;
    const closed = await earnings.dayToPublish(tx);
    if (!closed) return false;
    const { day, batch, closed_at } = closed;
    const midnight = new Date(Date.parse(day) + DAY_MS);
    const moment = await ledger.momentBefore(tx, midnight, batch);

    for (const liability of earnings.LIABILITIES) {
      const owed = await owedTo(tx, liability, moment);
      assert(
        [...owed.values()].every((amount) => amount >= 0n),
        'nobody is owed less than nothing',
      );
      const leaves = await earnings.liabilityLeaves(liability_key, { liability, day }, owed);
      const { root, total, size } = await earnings.liabilityTree(leaves);
      const header: LiabilitiesHeader = {
        kind: 'liabilities',
        day,
        liability,
        size,
        root,
        total,
        previous: await earnings.hashBefore(tx, liability),
        closed_at: closed_at.toISOString(),
      };
      await earnings.insertLiabilities(
        tx,
        {
          day,
          liability,
          size,
          root,
          total_micros: BigInt(total),
          hash: await headerHash(header),
          jws: await signer.sign(canonical(header), ROOT_TYPE),
        },
        leaves,
      );
    }
    return true;
  });
}
