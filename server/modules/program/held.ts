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

/** By which terms somebody has a model now, until when these hold at most, and which others they accepted for later. */
export type HeldUnder = {
  model_id: ModelId;
  terms_version: string;
  runs_out_at: Date | null;
  accepted: string[];
};

/** All models that somebody has now. */
export async function heldUnder(db: Db, person_id: AccountId, at: Date): Promise<HeldUnder[]> {
  const { rows } = await sql<HeldUnder>`
    select h.model_id, h.terms_version, case when t.sunset_at is not null then greatest(t.sunset_at, h.pinned_until) end as runs_out_at,
           array(select later.terms_version from program.agreement later
                 where later.model_id = h.model_id and later.creator_id = h.creator_id and later.in_force_from > ${at}) as accepted
    from (
      select distinct on (model_id) model_id, creator_id, terms_version, pinned_until from program.agreement
      where model_id in (select model_id from program.agreement where creator_id = ${person_id}) and in_force_from <= ${at}
      order by model_id, accepted_at desc, in_force_from desc) h
    -- what was replaced goes on until its sunset, or for as long as it was promised
    left join lateral (select sunset_at from program.terms where replaces = h.terms_version) t on true
    where h.creator_id = ${person_id} order by h.model_id`.execute(db);
  return rows;
}
