import { sql } from 'kysely';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';

export async function follow(tx: Tx, follower_id: AccountId, creator_id: AccountId, at: Date): Promise<void> {
  await tx
    .insertInto('marketplace.follow')
    .values({ follower_id, creator_id, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function unfollow(tx: Tx, follower_id: AccountId, creator_id: AccountId): Promise<void> {
  await tx
    .deleteFrom('marketplace.follow')
    .where('follower_id', '=', follower_id)
    .where('creator_id', '=', creator_id)
    .execute();
}

/** Whom somebody follows. */
export async function followedBy(db: Db, follower_id: AccountId): Promise<AccountId[]> {
  const rows = await db
    .selectFrom('marketplace.follow')
    .select('creator_id')
    .where('follower_id', '=', follower_id)
    .execute();
  return rows.map(({ creator_id }) => asId<AccountId>(creator_id));
}

/** Those of some people who follow a creator. */
export async function followersAmong(
  db: Db,
  people: readonly AccountId[],
  creator_id: AccountId,
): Promise<Set<AccountId>> {
  const rows = await db
    .selectFrom('marketplace.follow')
    .select('follower_id')
    .where('creator_id', '=', creator_id)
    .where(sql<boolean>`follower_id = any(${[...people]}::uuid[])`)
    .execute();
  return new Set(rows.map(({ follower_id }) => asId<AccountId>(follower_id)));
}

/** Those of these pairs in which one follows the other, as "follower creator". */
export async function followsAmong(
  db: Db,
  pairs: readonly { follower_id: AccountId; creator_id: AccountId }[],
): Promise<Set<string>> {
  const { rows } = await sql<{ pair: string }>`
    select f.follower_id || ' ' || f.creator_id as pair
    from (select distinct * from unnest(${pairs.map(({ follower_id }) => follower_id)}::uuid[],
      ${pairs.map(({ creator_id }) => creator_id)}::uuid[]) p(follower_id, creator_id)) p
    join marketplace.follow f using (follower_id, creator_id)`.execute(db);
  return new Set(rows.map(({ pair }) => pair));
}

export async function followersOf(db: Db, creator_id: AccountId, viewer_id: AccountId | null) {
  const row = await db
    .selectFrom('marketplace.follow')
    .select(({ fn }) => [
      fn.countAll<bigint>().as('followers'),
      fn
        .count<bigint>('follower_id')
        .filterWhere('follower_id', '=', viewer_id ?? creator_id)
        .as('mine'),
    ])
    .where('creator_id', '=', creator_id)
    .executeTakeFirstOrThrow();
  return { followers: Number(row.followers), followed: viewer_id !== null && row.mine > 0n };
}

/** Adds to the settled generations of each of these models. They are shown, and no place in a list follows from them. */
export async function countUses(
  tx: Tx,
  uses: ReadonlyMap<ModelId, { generations: number; last_at: Date }>,
): Promise<void> {
  await tx
    .insertInto('marketplace.model_use')
    .values(
      [...uses].map(([model_id, { generations, last_at }]) => {
        return { model_id, generations: BigInt(generations), last_at };
      }),
    )
    .onConflict((conflict) =>
      conflict.column('model_id').doUpdateSet((eb) => ({
        generations: eb('marketplace.model_use.generations', '+', eb.ref('excluded.generations')),
        last_at: eb.ref('excluded.last_at'),
      })),
    )
    .execute();
}

export async function usesOf(db: Db, model_ids: readonly ModelId[]): Promise<Map<string, number>> {
  if (model_ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('marketplace.model_use')
    .select(['model_id', 'generations'])
    .where(isAnyOf('model_id', model_ids))
    .execute();
  return new Map(rows.map(({ model_id, generations }) => [model_id, Number(generations)]));
}
