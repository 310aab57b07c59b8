import { sql } from 'kysely';
import type { AccountId } from '../../ids.ts';
import { asId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type BlockKind = 'block' | 'mute';

export async function blockPerson(
  tx: Tx,
  { person_id, other_id, kind, at }: { person_id: AccountId; other_id: AccountId; kind: BlockKind; at: Date },
  blocked: boolean,
): Promise<void> {
  if (blocked)
    await tx
      .insertInto('marketplace.block')
      .values({ person_id, other_id, kind, at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  else
    await tx
      .deleteFrom('marketplace.block')
      .where('person_id', '=', person_id)
      .where('other_id', '=', other_id)
      .where('kind', '=', kind)
      .execute();
}

/** Whom this person blocked or muted, newest first. */
export async function blockedBy(db: Db, person_id: AccountId) {
  const rows = await db
    .selectFrom('marketplace.block')
    .select(['other_id', 'kind', 'at'])
    .where('person_id', '=', person_id)
    .orderBy('at', 'desc')
    .execute();
  return rows.map(({ other_id, kind, at }) => ({
    other_id: asId<AccountId>(other_id),
    kind: kind === 'block' ? ('block' as const) : ('mute' as const),
    at,
  }));
}

/** Whom this person does not see: whom they muted or blocked. A visitor sees everybody. */
export async function unseenBy(db: Db, person_id: AccountId | null): Promise<AccountId[]> {
  if (!person_id) return [];
  const blocked = await blockedBy(db, person_id);
  return [...new Set(blocked.map(({ other_id }) => other_id))];
}

/** Whether one of the two blocked the other. */
export async function isBlocked(db: Db, one: AccountId, other: AccountId): Promise<boolean> {
  return (await blockedAmong(db, one, [other])).size > 0;
}

/** Which of these blocked this person, or are blocked by them. */
export async function blockedAmong(
  db: Db,
  person_id: AccountId,
  others: readonly AccountId[],
): Promise<Set<AccountId>> {
  if (others.length === 0) return new Set();
  const rows = await db
    .selectFrom('marketplace.block')
    .select(['person_id', 'other_id'])
    .where('kind', '=', 'block')
    .where((eb) =>
      eb.or([
        eb.and([eb('person_id', '=', person_id), eb('other_id', 'in', [...others])]),
        eb.and([eb('person_id', 'in', [...others]), eb('other_id', '=', person_id)]),
      ]),
    )
    .execute();
  return new Set(
    rows.map((row) => asId<AccountId>(row.person_id === person_id ? row.other_id : row.person_id)),
  );
}

type Pair = { one: string; other: string };

/** Which of these pairs are apart: one of the two blocked the other. */
export async function apartAmong(db: Db, pairs: readonly Pair[]): Promise<(pair: Pair) => boolean> {
  if (pairs.length === 0) return () => false;
  const { rows } = await sql<Pair>`
    select distinct p.one, p.other
    from unnest(${pairs.map(({ one }) => one)}::uuid[], ${pairs.map(({ other }) => other)}::uuid[]) p (one, other)
    join marketplace.block b on b.kind = 'block' and (
      (b.person_id = p.one and b.other_id = p.other) or (b.person_id = p.other and b.other_id = p.one))`.execute(
    db,
  );
  const apart = new Set(rows.map(({ one, other }) => `${one} ${other}`));
  return ({ one, other }) => apart.has(`${one} ${other}`);
}
