import { applyRoyalties, type Royalty, type SplitPart } from '@stellary/split';
import { sql } from 'kysely';
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

/** The royalty table of a release in force at `at`, in the order of lineage; empty when it has no parents. */
export async function royaltiesInForce(db: Db, release_id: ReleaseId, at: Date): Promise<Royalty[]> {
  return db
    .selectFrom('earnings.royalty')
    .select(['parent_release_id as release_id', 'person_id', 'royalty_ppm'])
    .where('release_id', '=', release_id)
    .where(
      'version',
      '=',
      sql<number>`(select max(version) from earnings.royalty r where r.release_id = ${release_id} and r.in_force_from <= ${at})`,
    )
    .orderBy('position')
    .execute();
}
