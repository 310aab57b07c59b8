import { sql } from 'kysely';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** That somebody had a model: [from, to), without an end while they have it; `taken_over` where another had it before. */
export type Held = { model_id: ModelId; from: Date; to: Date | null; taken_over: boolean };

/** What somebody has and had, the newest first; who gave a model away and got it back has it twice. */
export async function heldModels(db: Db, person_id: AccountId): Promise<Held[]> {
  const { rows } = await sql<Held>`
    with taken as (
      select model_id, creator_id, in_force_from, takes_over,
             row_number() over of_model as place
      from program.agreement
      where model_id in (select model_id from program.agreement where creator_id = ${person_id})
      window of_model as (partition by model_id order by accepted_at, in_force_from)),
    owners as (
      select model_id, creator_id, in_force_from as "from", place > 1 as taken_over,
             lead(in_force_from) over (partition by model_id order by place) as "to"
      from taken where takes_over or place = 1)
    select model_id, "from", "to", taken_over from owners where creator_id = ${person_id} order by "from" desc, model_id`.execute(
    db,
  );
  return rows;
}
