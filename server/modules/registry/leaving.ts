import { sql } from 'kysely';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

export type ModelLeft = {
  id: ModelId;
  slug: string;
  title: string;
  /** Releases that something can be started with. */
  release_ids: ReleaseId[];
  /** Releases of others that are made from one of its. */
  children: number;
};

/** The models of somebody, with what hangs on each. */
export async function modelsLeftBy(db: Db, creator_id: AccountId): Promise<ModelLeft[]> {
  const { rows } = await sql<{
    id: string;
    slug: string;
    title: string;
    release_ids: string[];
    children: number;
  }>`
    select m.id, m.slug, m.title,
      array(select r.id from registry.release r where r.model_id = m.id and r.withdrawn_at is null order by r.id) as release_ids,
      (select count(*)::int4 from registry.release child join registry.model o on o.id = child.model_id
        where o.creator_id <> m.creator_id and child.withdrawn_at is null
          and child.parents && array(select r.id from registry.release r where r.model_id = m.id)) as children
    from registry.model m where m.creator_id = ${creator_id} order by m.title, m.id`.execute(db);
  return rows.map(({ id, release_ids, ...row }) => ({
    ...row,
    id: asId<ModelId>(id),
    release_ids: release_ids.map((one) => asId<ReleaseId>(one)),
  }));
}

/** Which of these files a release shows. */
export async function filesAmong(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    select digest from registry.sample where digest = any(${[...digests]}::text[])
    union select thumbnail ->> 'digest' from registry.sample where thumbnail ->> 'digest' = any(${[...digests]}::text[])`.execute(
    db,
  );
  return new Set(rows.map(({ digest }) => digest));
}
