import { type RawBuilder, sql } from 'kysely';
import { type AccountId, asId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/**
 * Whether others have seen anything of somebody: what they published, showed or said. Whoever only looks, likes and
 * follows is nobody's business, and has no page.
 */
const standsInPublic = (person: RawBuilder<unknown>) => sql<boolean>`(
  exists (select from marketplace.listed_creator c where c.creator_id = ${person})
  or exists (select from marketplace.creation c where c.maker_id = ${person}
    and c.listed and c.withdrawn_at is null and c.hidden_at is null)
  or exists (select from marketplace.comment c where c.author_id = ${person}
    and c.deleted_at is null and c.hidden_at is null)
  or exists (select from marketplace.rating r where r.author_id = ${person} and r.hidden_at is null))`;

export async function isInPublic(db: Db, person_id: AccountId): Promise<boolean> {
  const { rows } = await sql<{ seen: boolean }>`
    select ${standsInPublic(sql`${person_id}::uuid`)} as seen`.execute(db);
  return rows[0]?.seen ?? false;
}

/** Those who follow somebody and stand in public themselves, the last first; the others are counted and not named. */
export async function followersPage(
  db: Db,
  creator_id: AccountId,
  {
    without,
    after,
    limit,
  }: { without: readonly AccountId[]; after: { at: Date; id: string } | null; limit: number },
): Promise<{ person_id: AccountId; at: Date }[]> {
  const { rows } = await sql<{ person_id: string; at: Date }>`
    select f.follower_id as person_id, f.at from marketplace.follow f
    where f.creator_id = ${creator_id} and not f.follower_id = any(${[...without]}::uuid[])
      and ${standsInPublic(sql`f.follower_id`)}
      and (${after?.at ?? null}::timestamptz is null
        or (f.at, f.follower_id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by f.at desc, f.follower_id desc limit ${limit}`.execute(db);
  return rows.map(({ person_id, at }) => ({ person_id: asId<AccountId>(person_id), at }));
}
