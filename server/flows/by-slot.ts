import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { type Batcher, createBatcher, onePer, type Outcome } from '../kit/batcher.ts';
import * as ledger from '../modules/ledger/index.ts';

/** More at once adds to how long each waits and little to how many there are in a second. */
const BATCH_MAX = 500;

/**
 * What touches money waits in a line for each slot of the ledger, and each payer in one of them: the lines work side
 * by side, each with as many at once as came meanwhile.
 */
export function bySlot<T, R>(
  flush: (context: Context, items: readonly T[], slot: number) => Promise<readonly Outcome<R>[]>,
): (context: Context, payer_id: AccountId) => Batcher<T, R> {
  const linesOf = onePer<Context, Batcher<T, R>[]>((context) =>
    Array.from({ length: ledger.SLOTS }, (_, slot) =>
      createBatcher({ size_max: BATCH_MAX, flush: (items) => flush(context, items, slot) }),
    ),
  );
  return (context, payer_id) => present(linesOf(context)[ledger.slotOf(payer_id)], 'a line for each slot');
}
