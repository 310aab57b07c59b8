import { sql } from 'kysely';
import { CategoryKind } from '#api/competitions/shapes.ts';
import {
  type AccountId,
  asId,
  type AssetId,
  type EntryId,
  type ModelId,
  type ReleaseId,
  type RoundId,
} from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { IS_OUT, NEWEST } from './standings.ts';

/**
 * Whom it concerns that the votes of a round begin: those who entered it or voted before, where they may vote in a
 * category of it that has something to vote on. Nobody else asked to hear of it.
 */
export async function peopleToCallToVote(db: Db, round_id: RoundId): Promise<AccountId[]> {
  const { rows } = await sql<{ person_id: string }>`
    with ours as (
      select c.id from competitions.category c where c.round_id = ${round_id} and c.kind <> 'models'
        and (select count(*) from competitions.entry e
             where e.category_id = c.id and e.state = 'eligible' and e.show_digest is not null) > 1),
    known as (
      select v.person_id from competitions.voter v
      union
      select p.person_id from competitions.entry_person p join competitions.entry e on e.id = p.entry_id
      where e.round_id = ${round_id} and e.stands and p.accepted_at is not null)
    select k.person_id from known k where exists (
      select from ours o
      where not exists (select from competitions.entry_person p join competitions.entry e on e.id = p.entry_id
          where p.category_id = o.id and p.person_id = k.person_id and p.declined_at is null and e.stands)
        and not exists (select from competitions.judge j
          where j.category_id = o.id and j.person_id = k.person_id and j.state in ('invited', 'accepted', 'void')))
    order by k.person_id`.execute(db);
  return rows.map(({ person_id }) => asId<AccountId>(person_id));
}

/** A place in a round whose results are out, by its newest standings. */
export type PlaceOut = {
  entry_id: EntryId;
  asset_id: AssetId | null;
  model_id: ModelId;
  version: number;
  place: number;
  shared: boolean;
  title: string;
  removed: boolean;
  kind: CategoryKind;
  round: { id: RoundId; slug: string; title: string; month: string; state: string };
};

type PlaceRow = Omit<PlaceOut, 'kind' | 'round' | 'removed'> & {
  kind: string;
  removed_at: Date | null;
  round_id: string;
  slug: string;
  round_title: string;
  month: string;
  state: string;
};

const OF = {
  entry: sql`e.id`,
  asset: sql`e.asset_id`,
  model: sql`e.model_id`,
  round: sql`r.id`,
  /** whoever stood in it when it won */
  person: sql`w.person_id`,
};

/**
 * What has won of these entries, assets, models, rounds or people; the newest month first, and the first place before
 * the others. What is not out yet is not there, whoever asks.
 */
export async function placesOut(db: Db, of: keyof typeof OF, ids: readonly string[]): Promise<PlaceOut[]> {
  if (ids.length === 0) return [];
  const people = sql`join competitions.place_person w on w.category_id = p.category_id and w.version = p.version
    and w.place_slot = p.place_slot`;
  const { rows } = await sql<PlaceRow>`
    select p.entry_id, e.asset_id, e.model_id, p.version, p.place, p.shared, p.title, e.removed_at, c.kind,
      r.id as round_id, r.slug, r.title as round_title, r.month, r.state
    from competitions.place p
    join competitions.entry e on e.id = p.entry_id
    join competitions.category c on c.id = p.category_id
    join competitions.round r on r.id = c.round_id
    ${of === 'person' ? people : sql``}
    where ${OF[of]} = any(${[...new Set(ids)]}::uuid[])
      and ${IS_OUT} and ${NEWEST}
    order by r.month desc, r.id, array_position(${CategoryKind.options}::text[], c.kind), p.place_slot`.execute(
    db,
  );
  return rows.map(({ round_id, slug, round_title, month, state, kind, removed_at, ...row }) => ({
    ...row,
    kind: CategoryKind.parse(kind),
    removed: removed_at !== null,
    round: { id: asId<RoundId>(round_id), slug, title: round_title, month, state },
  }));
}

/** The models that creators entered in a round, as far as they are in it. */
export async function modelsEntered(db: Db, round_id: RoundId): Promise<ModelId[]> {
  const { rows } = await sql<{ model_id: string }>`
    select model_id from competitions.entry
    where round_id = ${round_id} and asset_id is null and ${standsInIt('state')} order by id`.execute(db);
  return rows.map(({ model_id }) => asId<ModelId>(model_id));
}
/** Of what still waits to be looked at, or was taken out, nobody is told that it is in the round. */
const standsInIt = (state: string) =>
  sql`${sql.ref(state)} in ('eligible', 'finalist', 'provisional_winner', 'verified', 'awarded')`;

/** What was in the final of a round, winners among them, but for what was taken out or taken down. */
export async function worksInFinal(db: Db, round_id: RoundId): Promise<AssetId[]> {
  const { rows } = await sql<{ asset_id: string }>`
    select e.asset_id from competitions.entry e join competitions.finalist f on f.entry_id = e.id
    where e.round_id = ${round_id} and e.asset_id is not null and e.removed_at is null and ${standsInIt('e.state')}`.execute(
    db,
  );
  return rows.map(({ asset_id }) => asId<AssetId>(asset_id));
}

/** What won a place in a round whose results are out, or in this one of them. */
export async function worksThatWon(
  db: Db,
  of: { round_id?: RoundId | undefined; model_id?: ModelId | undefined },
): Promise<AssetId[]> {
  const { rows } = await sql<{ asset_id: string }>`
    select distinct e.asset_id from competitions.place p
    join competitions.entry e on e.id = p.entry_id and e.asset_id is not null and e.removed_at is null
    join competitions.category c on c.id = p.category_id
    join competitions.round r on r.id = c.round_id
    where ${IS_OUT} and ${NEWEST}
      ${of.round_id ? sql`and r.id = ${of.round_id}` : sql``}
      ${of.model_id ? sql`and e.model_id = ${of.model_id}` : sql``}`.execute(db);
  return rows.map(({ asset_id }) => asId<AssetId>(asset_id));
}

/** A model that its creator entered in a round which runs: from its opening until its results are out. */
export type TakingPart = {
  model_id: ModelId;
  round_id: RoundId;
  slug: string;
  title: string;
  opens_at: Date;
};

/** Those that may be voted on, round by round, the newest round last; nothing of it says how they stand. */
export async function modelsTakingPart(db: Db): Promise<TakingPart[]> {
  const { rows } = await sql<TakingPart>`
    select e.model_id, e.round_id, r.slug, r.title, r.opens_at
    from competitions.entry e join competitions.round r on r.id = e.round_id
    where e.asset_id is null and ${standsInIt('e.state')}
      and r.state in ('open', 'locked', 'qualifying', 'final_round', 'tally')
    order by r.opens_at, e.id`.execute(db);
  return rows;
}

/** The entry of a model in a round, as far as it is in it. */
export async function entryOfModel(
  db: Db,
  round_id: RoundId,
  model_id: ModelId,
): Promise<{ id: EntryId; release_id: ReleaseId; submitted_at: Date } | undefined> {
  const { rows } = await sql<{ id: EntryId; release_id: ReleaseId; submitted_at: Date }>`
    select id, release_id, submitted_at from competitions.entry
    where round_id = ${round_id} and model_id = ${model_id} and asset_id is null and ${standsInIt('state')}`.execute(
    db,
  );
  return rows[0];
}

/** What was in the final of a round and was made with a model, or is it; but for what was taken out. */
export async function finalistsWith(
  db: Db,
  round_id: RoundId,
  model_id: ModelId,
): Promise<{ entry_id: EntryId; kind: CategoryKind }[]> {
  const { rows } = await sql<{ entry_id: EntryId; kind: string }>`
    select e.id as entry_id, c.kind from competitions.entry e
    join competitions.finalist f on f.entry_id = e.id
    join competitions.category c on c.id = e.category_id
    where e.round_id = ${round_id} and e.model_id = ${model_id} and ${standsInIt('e.state')} order by e.id`.execute(
    db,
  );
  return rows.map(({ entry_id, kind }) => ({ entry_id, kind: CategoryKind.parse(kind) }));
}

/** A round that some models have a part in: entered themselves, or works made with them, by so many people. */
export type RoundWithModels = {
  round_id: RoundId;
  model_ids: ModelId[];
  entered_ids: ModelId[];
  works: number;
  people: number;
  finalists: number;
};

/** The newest first. */
export async function roundsWithModels(
  db: Db,
  model_ids: readonly ModelId[],
  limit: number,
): Promise<RoundWithModels[]> {
  if (model_ids.length === 0) return [];
  const { rows } = await sql<RoundWithModels>`
    select e.round_id, array_agg(distinct e.model_id) as model_ids,
      coalesce(array_agg(distinct e.model_id) filter (where e.asset_id is null), '{}') as entered_ids,
      count(*) filter (where e.asset_id is not null)::int4 as works,
      count(distinct e.person_id) filter (where e.asset_id is not null)::int4 as people,
      count(f.entry_id) filter (where e.asset_id is not null and ${standsInIt('e.state')})::int4 as finalists
    from competitions.entry e
    join competitions.round r on r.id = e.round_id and r.state <> 'cancelled'
    left join competitions.finalist f on f.entry_id = e.id
    where e.model_id = any(${[...model_ids]}::uuid[]) and e.stands
    group by e.round_id, r.opens_at order by r.opens_at desc, e.round_id limit ${limit}`.execute(db);
  return rows;
}
