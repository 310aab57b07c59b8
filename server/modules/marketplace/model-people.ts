import { sql } from 'kysely';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** Likes a model, or stops to; the row decides, so doing it twice is doing it once. Answers whether it changed. */
export async function likeModel(
  tx: Tx,
  { model_id, person_id, at }: { model_id: ModelId; person_id: AccountId; at: Date },
  liked: boolean,
): Promise<boolean> {
  if (liked) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('marketplace.model_like')
      .values({ model_id, person_id, at })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const { numDeletedRows } = await tx
    .deleteFrom('marketplace.model_like')
    .where('model_id', '=', model_id)
    .where('person_id', '=', person_id)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

export async function likesOfModel(db: Db, model_id: ModelId, viewer_id: AccountId | null) {
  const { rows } = await sql<{ likes: bigint; liked: boolean }>`
    select count(*) as likes, coalesce(bool_or(person_id = ${viewer_id}::uuid), false) as liked
    from marketplace.model_like where model_id = ${model_id}`.execute(db);
  const [row] = rows;
  return { likes: Number(row?.likes ?? 0), liked: row?.liked ?? false };
}

/** Adds to how often each of these people generated with a model. */
export async function countUsers(
  tx: Tx,
  used: readonly { model_id: ModelId; person_id: AccountId; uses: number; last_at: Date }[],
): Promise<void> {
  if (used.length === 0) return;
  await tx
    .insertInto('marketplace.model_user')
    .values(used.map(({ uses, ...one }) => ({ ...one, uses: BigInt(uses) })))
    .onConflict((conflict) =>
      conflict.columns(['model_id', 'person_id']).doUpdateSet((eb) => ({
        uses: eb('marketplace.model_user.uses', '+', eb.ref('excluded.uses')),
        last_at: eb.ref('excluded.last_at'),
      })),
    )
    .execute();
}

/** How many different people generated with it. */
export async function usersOfModel(db: Db, model_id: ModelId): Promise<number> {
  const { n } = await db
    .selectFrom('marketplace.model_user')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('model_id', '=', model_id)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** How many different people generated with any of these. */
export async function usersOfModels(db: Db, model_ids: readonly ModelId[]): Promise<number> {
  if (model_ids.length === 0) return 0;
  const { n } = await db
    .selectFrom('marketplace.model_user')
    .select(({ fn }) => fn.count<bigint>('person_id').distinct().as('n'))
    .where('model_id', 'in', [...model_ids])
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Who generated with it, for telling them of its next release. */
export async function peopleWhoUsed(db: Db, model_id: ModelId): Promise<AccountId[]> {
  const rows = await db
    .selectFrom('marketplace.model_user')
    .select('person_id')
    .where('model_id', '=', model_id)
    .execute();
  return rows.map(({ person_id }) => asId<AccountId>(person_id));
}
