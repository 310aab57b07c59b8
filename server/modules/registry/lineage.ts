import { sql } from 'kysely';
import { asId, type AccountId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

export type Ancestor = {
  release_id: ReleaseId;
  model_id: ModelId;
  creator_id: AccountId;
  slug: string;
  title: string;
  version: string;
  licence: string;
  withdrawn: boolean;
  /** The day from which nothing new begins with it, where one was announced. */
  ends_at: Date | null;
  /** 1 is what was asked for, 2 what that was made from. */
  depth: number;
};

/** Releases and all that they were made from, `depth_max` generations back; each at the greatest depth it is found. */
export async function lineageOf(
  db: Db,
  release_ids: readonly string[],
  depth_max: number,
): Promise<Ancestor[]> {
  if (release_ids.length === 0) return [];
  const { rows } = await sql<Ancestor>`
    with recursive line as (
      select r.id, r.parents, 1 as depth from registry.release r where r.id = any(${[...release_ids]}::uuid[])
      union
      select r.id, r.parents, line.depth + 1 from line join registry.release r on r.id = any(line.parents)
      where line.depth < ${depth_max}
    )
    select line.id as release_id, r.model_id, m.creator_id, m.slug, m.title, r.version, r.licence,
      r.withdrawn_at is not null as withdrawn, max(ending.ends_at) as ends_at, max(line.depth) as depth
    from line join registry.release r on r.id = line.id join registry.model m on m.id = r.model_id
    left join registry.deprecation ending on ending.release_id = r.id and ending.state <> 'taken_back'
    group by line.id, r.id, m.id order by depth, m.slug`.execute(db);
  return rows.map((row) => ({
    ...row,
    release_id: asId<ReleaseId>(row.release_id),
    model_id: asId<ModelId>(row.model_id),
    creator_id: asId<AccountId>(row.creator_id),
  }));
}
