import type { Context } from '../context.ts';
import { asId, type GenerationId } from '../ids.ts';
import { tellAll } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';

const AT_ONCE_MAX = 500;
const WAITED_TOO_LONG = { code: 'waited_too_long', message: 'No runner took it in time.' };

/**
 * Ends what waited too long: generations that no runner took before their deadline, and those whose credits were
 * held for longer than anything may take. Their holds are voided with them. What was delivered is settled instead.
 */
export async function expireGenerations(context: Context): Promise<number> {
  const at = context.clock.now();
  const overdue = await generation.overdue(context.db, at, AT_ONCE_MAX);
  const stale = await ledger.expiredHolds(context.db, at, AT_ONCE_MAX);
  const expiring = [...new Set([...overdue, ...stale.map((id) => asId<GenerationId>(id))])].sort();
  if (expiring.length === 0) return 0;
  const expired = await context.database.inTransaction(async (tx) => {
    const ended = await generation.expire(tx, expiring, WAITED_TOO_LONG, at);
    await ledger.voidHolds(
      tx,
      ended.map(({ id }) => id),
      at,
    );
    const news = ended.map(({ id, payer_id }) => {
      return { generation_id: id, payer_id, failure: WAITED_TOO_LONG.code };
    });
    await tellAll(tx, 'generation.expired', news, at);
    return ended.length;
  });
  if (expired > 0) context.wake.send('news');
  return expired;
}
