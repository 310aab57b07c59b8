import { sql } from 'kysely';
import type { ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** A model in a round: its creator entered it, or works made with it stand in it. */
export type PartOfModel = {
  model_id: ModelId;
  slug: string;
  title: string;
  opens_at: Date;
  tally_at: Date;
  entered: boolean;
};

/** The rounds that some models have a part in, the newest first. */
export async function partsOfModels(db: Db, model_ids: readonly ModelId[]): Promise<PartOfModel[]> {
  if (model_ids.length === 0) return [];
  const { rows } = await sql<PartOfModel>`
    select e.model_id, r.slug, r.title, r.opens_at, r.tally_at, bool_or(e.asset_id is null) as entered
    from competitions.entry e join competitions.round r on r.id = e.round_id
    where e.model_id = any(${[...model_ids]}::uuid[]) and e.stands and r.state <> 'cancelled'
    group by e.model_id, r.id order by r.opens_at desc, r.id`.execute(db);
  return rows;
}
