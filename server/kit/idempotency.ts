import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Tx } from './database.ts';

export type Claim =
  | { first: true; record(subject: string): Promise<void> }
  | { first: false; subject: string }
  | { conflict: true };

/**
 * Claims an idempotency key inside the transaction of the act. Of many at once one is first; the others
 * wait on its row and then read the subject that it recorded. The same key with another body is a conflict.
 */
export async function claimKey(
  tx: Tx,
  claim: { actor_id: string; key: string; endpoint: string; body: unknown; at: Date },
): Promise<Claim> {
  const { actor_id, key, endpoint, at } = claim;
  const body_hash = createHash('sha256')
    .update(canonicalize(claim.body) ?? '')
    .digest();
  const inserted = await tx
    .insertInto('kit.idempotency')
    .values({ actor_id, key, endpoint, body_hash, at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  const mine = () =>
    tx.updateTable('kit.idempotency').where('actor_id', '=', actor_id).where('key', '=', key);
  if (inserted)
    return { first: true, record: async (subject) => void (await mine().set({ subject }).execute()) };
  const before = await tx
    .selectFrom('kit.idempotency')
    .select(['endpoint', 'body_hash', 'subject'])
    .where('actor_id', '=', actor_id)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (before.endpoint !== endpoint || !body_hash.equals(before.body_hash) || before.subject === null)
    return { conflict: true };
  return { first: false, subject: before.subject };
}
