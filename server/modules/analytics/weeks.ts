import { sql } from 'kysely';
import { asId, type ModelId } from '../../ids.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Database, Db, Tx } from '../../kit/database.ts';
import { NOBODY, type Of } from './fact.ts';
import { takeTurn } from './fold.ts';
import { ofThem } from './read.ts';

/** What says something of who came and how they used a model. */
export const DIMENSIONS = ['via', 'source', 'slot', 'follower', 'region', 'setting'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The value of what has none: no featured place, no part of the world that is known. Of a setting it is nothing at all. */
export const NONE = 'none';

/** One value of a dimension in one week of one model, with how many different people are behind it. */
export type Atom = {
  model_id: ModelId;
  week: Date;
  value: string;
  people: number;
  generations: number;
  succeeded: number;
  charged_micros: bigint;
};

/** The atoms of whole UTC weeks within [from, to) that are over and broken down, as they are: nothing is merged. */
export async function atomsOf(
  db: Db,
  { of, from, to, dimension }: { of: Of; from: Date; to: Date; dimension: Dimension },
): Promise<Atom[]> {
  const { rows } = await sql<{
    model_id: string;
    week: string;
    value: string;
    people: number;
    generations: number;
    succeeded: number;
    charged_micros: bigint;
  }>`
    select model_id, week::text, value, people, generations, succeeded, charged_micros from analytics.breakdown_week
    where dimension = ${dimension} and ${ofThem(of)}
      and week::timestamp at time zone 'UTC' >= ${from} and (week + 7)::timestamp at time zone 'UTC' <= ${to}
    order by week, model_id, generations desc, value`.execute(db);
  return rows.map(({ model_id, week, ...row }) => ({
    ...row,
    model_id: asId<ModelId>(model_id),
    week: new Date(`${week}T00:00:00Z`),
  }));
}

const WEEK_MS = 7 * DAY_MS;
/** Breaks the oldest week down that is over and was not yet, or into which something came late. Answers whether there was one. */
export async function breakDownWeek(database: Database, at: Date): Promise<boolean> {
  return database.inTransaction(async (tx) => {
    await takeTurn(tx);
    const { rows } = await sql<{ week: string; folded: bigint }>`
      select w::date::text as week, s.folded from analytics.state s
      cross join lateral (select min(at) as first from analytics.usage_hour where edition = s.edition and creator_id = ${NOBODY}) f
      cross join lateral generate_series(
        date_trunc('week', greatest(f.first, s.facts_from) at time zone 'UTC'),
        date_trunc('week', ${at}::timestamptz at time zone 'UTC') - interval '1 week', interval '1 week') w
      where f.first is not null and not exists (select from analytics.week k where k.week = w::date)
      order by w limit 1`.execute(tx);
    const next = rows[0];
    if (!next) return false;
    await breakDown(tx, next.week);
    await sql`
      insert into analytics.week (week, fold, at) values (${next.week}::date, ${next.folded}, ${at})`.execute(
      tx,
    );
    return true;
  });
}

/**
 * Whoever is related to the model counts for nothing. Each generation is in one value of each dimension, also where it
 * has none: were it left out, what two dimensions come to would differ by the few who have none.
 */
async function breakDown(tx: Tx, week: string): Promise<void> {
  const from = new Date(`${week}T00:00:00Z`);
  const to = new Date(from.getTime() + WEEK_MS);
  await sql`delete from analytics.breakdown_week where week = ${week}::date`.execute(tx);
  await sql`
    with ended as materialized (
      select creator_id, model_id, payer_id, outcome, promo_micros + paid_micros as charged, via, source, slot_id, follower, region, settings
      from analytics.fact
      where ended_at >= ${from} and ended_at < ${to} and not related and fold <= (select folded from analytics.state)),
    field as materialized (
      select creator_id, model_id, array_agg(distinct split_part(setting, '=', 1)) as fields
      from ended cross join unnest(settings) setting group by 1, 2)
    insert into analytics.breakdown_week (week, creator_id, model_id, dimension, value, generations, succeeded, charged_micros, people)
    select ${week}::date, creator_id, model_id, dimension, value, sum(n), sum(succeeded), sum(charged), count(*)
    from (
      select creator_id, model_id, dimension, value, payer_id, count(*) as n, count(*) filter (where outcome = 'succeeded') as succeeded,
             sum(charged) as charged
      from ended left join field using (creator_id, model_id) cross join lateral (
        values ('via', via), ('source', source), ('slot', coalesce(slot_id::text, ${NONE})),
               ('follower', case when follower then 'yes' else 'no' end), ('region', coalesce(region, ${NONE}))
        union all select 'setting', setting from unnest(settings) setting
        union all select 'setting', name || '=' from unnest(fields) name
          where not exists (select from unnest(settings) setting where starts_with(setting, name || '='))) d(dimension, value)
      group by 1, 2, 3, 4, 5) people
    group by 2, 3, 4, 5`.execute(tx);
}
