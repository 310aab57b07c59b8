import { applyRoyalties, type Royalty, type SplitPart } from '@stellary/split';
import { type RawBuilder, sql } from 'kysely';
import type { AccountId, ReleaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type AgreedRoyalty = { parent_release_id: ReleaseId; person_id: AccountId; royalty_ppm: number };

/**
 * Writes down what the owners of a release's parents get, in the order of lineage. `split` is the one it is
 * agreed beside: what cannot be divided with it is refused here (`ImpossibleSplit`) and not at the first charge.
 */
export async function insertRoyalties(
  tx: Tx,
  agreed: {
    release_id: ReleaseId;
    split: readonly SplitPart[];
    royalties: readonly AgreedRoyalty[];
    agreed_at: Date;
    in_force_from: Date;
  },
): Promise<void> {
  const { release_id, split, royalties, agreed_at, in_force_from } = agreed;
  applyRoyalties(
    split,
    royalties.map(({ parent_release_id, ...royalty }) => ({ release_id: parent_release_id, ...royalty })),
  );
  if (royalties.length === 0) return;
  const last = await tx
    .selectFrom('earnings.royalty')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('release_id', '=', release_id)
    .executeTakeFirst();
  const version = (last?.version ?? 0) + 1;
  await tx
    .insertInto('earnings.royalty')
    .values(
      royalties.map((royalty, position) => ({
        release_id,
        version,
        position,
        ...royalty,
        agreed_at,
        in_force_from,
      })),
    )
    .execute();
}

/** Those of these releases that ever owed anything to owners of parents. */
export async function withRoyalties(db: Db, release_ids: readonly ReleaseId[]): Promise<Set<ReleaseId>> {
  const { rows } = await sql<{ release_id: ReleaseId }>`
    select distinct release_id from earnings.royalty where release_id = any(${[...release_ids]}::uuid[])`.execute(
    db,
  );
  return new Set(rows.map(({ release_id }) => release_id));
}

/** The royalty table of a release in force at `at`, in the order of lineage; empty when it has no parents. */
export async function royaltiesInForce(db: Db, release_id: ReleaseId, at: Date): Promise<Royalty[]> {
  return royaltyTable(
    db,
    release_id,
    sql<number>`(select max(version) from earnings.royalty r where r.release_id = ${release_id} and r.in_force_from <= ${at})`,
  );
}

/** The newest royalty table of a release, whether it holds already or not: what a further release takes over. */
export async function newestRoyalties(db: Db, release_id: ReleaseId): Promise<Royalty[]> {
  return royaltyTable(
    db,
    release_id,
    sql<number>`(select max(version) from earnings.royalty r where r.release_id = ${release_id})`,
  );
}

async function royaltyTable(db: Db, release_id: ReleaseId, version: RawBuilder<number>): Promise<Royalty[]> {
  return db
    .selectFrom('earnings.royalty')
    .select(['parent_release_id as release_id', 'person_id', 'royalty_ppm'])
    .where('release_id', '=', release_id)
    .where('version', '=', version)
    .orderBy('position')
    .execute();
}

/** What the newest royalty tables give to whom for one of these releases. */
export async function royaltiesOwedFor(
  db: Db,
  parent_release_ids: readonly ReleaseId[],
): Promise<(AgreedRoyalty & { release_id: ReleaseId })[]> {
  if (parent_release_ids.length === 0) return [];
  const { rows } = await sql<AgreedRoyalty & { release_id: ReleaseId }>`
    select r.release_id, r.parent_release_id, r.person_id, r.royalty_ppm from earnings.royalty r
    where r.parent_release_id = any(${[...parent_release_ids]}::uuid[])
      and r.version = (select max(version) from earnings.royalty x where x.release_id = r.release_id)
    order by r.release_id, r.position`.execute(db);
  return rows;
}

/**
 * What one person gets for these releases goes to another from an instant on: a newer table of each release that pays
 * for them, with the same shares. Answers how many there were.
 */
export async function redirectRoyalties(
  tx: Tx,
  redirected: {
    parent_release_ids: readonly ReleaseId[];
    from_id: AccountId;
    to_id: AccountId;
    agreed_at: Date;
    in_force_from: Date;
  },
): Promise<number> {
  const { parent_release_ids, from_id, to_id, agreed_at, in_force_from } = redirected;
  if (parent_release_ids.length === 0) return 0;
  // one after the other: a release may be made from two models that change hands at once
  await sql`select pg_advisory_xact_lock(hashtext('royalties'), 0)`.execute(tx);
  const { rows } = await sql<{ release_id: string }>`
    insert into earnings.royalty
      (release_id, version, position, parent_release_id, person_id, royalty_ppm, agreed_at, in_force_from)
    select r.release_id, r.version + 1, r.position, r.parent_release_id,
      case when r.parent_release_id = any(${[...parent_release_ids]}::uuid[]) and r.person_id = ${from_id}
        then ${to_id}::uuid else r.person_id end,
      r.royalty_ppm, ${agreed_at}, greatest(r.in_force_from, ${in_force_from}::timestamptz)
    from earnings.royalty r
    where r.version = (select max(version) from earnings.royalty x where x.release_id = r.release_id)
      and r.release_id in (
        select o.release_id from earnings.royalty o
        where o.parent_release_id = any(${[...parent_release_ids]}::uuid[]) and o.person_id = ${from_id}
          and o.version = (select max(version) from earnings.royalty x where x.release_id = o.release_id))
    returning release_id`.execute(tx);
  return new Set(rows.map(({ release_id }) => release_id)).size;
}
