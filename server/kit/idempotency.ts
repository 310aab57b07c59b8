import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** Somebody asks for something to be done once, however often they ask. */
export type KeyClaim = { actor_id: string; key: string; endpoint: string; body: unknown; at: Date };

export type Claim =
  | { first: true; record(subject: string): Promise<void> }
  | { first: false; subject: string }
  | { conflict: true };

/** What an earlier request with this key did; undefined when there was none. */
export type Earlier = { subject: string } | { conflict: true };

const hashOf = (body: unknown) =>
  createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest();

/**
 * Claims an idempotency key inside the transaction of the act. Of many at once one is first; the others
 * wait on its row and then read the subject that it recorded. The same key with another body is a conflict.
 */
export async function claimKey(tx: Tx, claim: KeyClaim): Promise<Claim> {
  const { actor_id, key, endpoint, at } = claim;
  const inserted = await tx
    .insertInto('kit.idempotency')
    .values({ actor_id, key, endpoint, body_hash: hashOf(claim.body), at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  const mine = () =>
    tx.updateTable('kit.idempotency').where('actor_id', '=', actor_id).where('key', '=', key);
  if (inserted)
    return { first: true, record: async (subject) => void (await mine().set({ subject }).execute()) };
  const earlier = await earlierOf(tx, claim);
  if (!earlier || 'conflict' in earlier) return { conflict: true };
  return { first: false, subject: earlier.subject };
}

/** What was done for this key before, if anything. Only a look: who acts claims. */
export async function earlierOf(db: Db, claim: KeyClaim): Promise<Earlier | undefined> {
  return (await earlierOfEach(db, [claim]))[0];
}

/** The same for many keys with one look, in their order. */
export async function earlierOfEach(db: Db, claims: readonly KeyClaim[]): Promise<(Earlier | undefined)[]> {
  if (claims.length === 0) return [];
  const { rows } = await sql<{ place: bigint; endpoint: string; body_hash: Buffer; subject: string | null }>`
    select c.place, i.endpoint, i.body_hash, i.subject
    from unnest(${claims.map(({ actor_id }) => actor_id)}::uuid[], ${claims.map(({ key }) => key)}::text[])
      with ordinality c(actor_id, key, place)
    join kit.idempotency i on i.actor_id = c.actor_id and i.key = c.key`.execute(db);
  const found = new Map(rows.map((row) => [Number(row.place) - 1, row]));
  return claims.map((claim, place) => {
    const row = found.get(place);
    if (!row) return undefined;
    if (row.endpoint !== claim.endpoint || !hashOf(claim.body).equals(row.body_hash) || row.subject === null)
      return { conflict: true };
    return { subject: row.subject };
  });
}

/**
 * Claims many keys at once, each for a subject that is already known. Answers which of them (by place) were
 * first; of two claims of one key in the list, the earlier. In the order of the keys, so that no two batches
 * wait for each other.
 */
export async function claimKeys(
  tx: Tx,
  claims: readonly (KeyClaim & { subject: string })[],
): Promise<Set<number>> {
  const rows = claims
    .map(({ actor_id, key, endpoint, body, subject, at }) => {
      return { actor_id, key, endpoint, body_hash: hashOf(body), subject, at };
    })
    .sort((a, b) => compare(a.actor_id, b.actor_id) || compare(a.key, b.key));
  const inserted = await tx
    .insertInto('kit.idempotency')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('subject')
    .execute();
  const subjects = new Set(inserted.map(({ subject }) => subject));
  return new Set(claims.flatMap(({ subject }, place) => (subjects.has(subject) ? [place] : [])));
}

/** Gives claims of this transaction back: what they were for was refused. */
export async function releaseKeys(
  tx: Tx,
  claims: readonly Pick<KeyClaim, 'actor_id' | 'key'>[],
): Promise<void> {
  if (claims.length === 0) return;
  await sql`delete from kit.idempotency i using unnest(${claims.map(({ actor_id }) => actor_id)}::uuid[],
    ${claims.map(({ key }) => key)}::text[]) c(actor_id, key) where i.actor_id = c.actor_id and i.key = c.key`.execute(
    tx,
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What somebody who is gone asked for is not asked again. */
export async function forgetKeysOf(tx: Tx, actor_id: string): Promise<void> {
  await tx.deleteFrom('kit.idempotency').where('actor_id', '=', actor_id).execute();
}
