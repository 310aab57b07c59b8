import { sql } from 'kysely';
import { DAY_MS, startOfDay } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import { NOBODY, type Of } from './fact.ts';
import { EDITION, NOT_FOLDED, ofThem } from './read.ts';
import { MASK, MONDAY, PAYS, RANK, REGISTER, REMEMBERED } from './rollups.ts';
import { estimate, registersOf } from './sketch.ts';

/** Different people who paid: exact in the last days, estimated from sketches before that. */
export type People = { from: Date; people: number; new_people: number | null; exact: boolean };

/** So many days back people are counted, each one; before that they are estimated. */
export const EXACT_DAYS = 40;

type Bucket = { from: Date; to: Date };

/**
 * The different people between each two cuts, over all models asked for. People are known by UTC days: a cut is moved to
 * the nearest midnight, so that a day of any zone is the one of the same date.
 */
export async function distinctOf(db: Db, { of, cuts }: { of: Of; cuts: readonly Date[] }): Promise<People[]> {
  const buckets = cuts.slice(1).map((cut, place) => bucketOf(cuts[place] ?? cut, cut));
  const last = await lastDay(db);
  const everybody = of.creator_id === null && of.model_ids === null;
  const exact_from = new Date(last.getTime() - EXACT_DAYS * DAY_MS);
  const counted = everybody ? null : await countPeople(db, of, buckets, last);
  return Promise.all(
    buckets.map(async (bucket, place) => {
      const found = counted?.get(place);
      const new_people = everybody ? null : (found?.new_people ?? 0);
      if (!everybody && bucket.from >= exact_from)
        return { from: bucket.from, people: found?.people ?? 0, new_people, exact: true };
      const people = await estimatePeople(db, of, bucket, last);
      return { from: bucket.from, people, new_people, exact: false };
    }),
  );
}

function bucketOf(from: Date, to: Date): Bucket {
  const begins = nearestMidnight(from);
  const ends = nearestMidnight(to);
  return { from: begins, to: ends > begins ? ends : new Date(begins.getTime() + DAY_MS) };
}
const nearestMidnight = (at: Date) => new Date(Math.round(at.getTime() / DAY_MS) * DAY_MS);

/** The last day on which anybody paid: bits are counted back from it. The hours of all know it without a look at everybody. */
async function lastDay(db: Db): Promise<Date> {
  const { rows } = await sql<{ at: Date | null }>`
    select greatest(
      (select at from analytics.usage_hour where ${EDITION} and creator_id = ${NOBODY} and succeeded > related order by at desc limit 1),
      (select max(ended_at) from analytics.fact where ${NOT_FOLDED} and ${PAYS})) as at`.execute(db);
  return startOfDay(rows[0]?.at ?? new Date(0));
}

/** Each payer of the models asked for, with the days on which they were there, counted back from `last`. */
const payersOf = (of: Of, last: Date) => sql`
  select payer_id, bit_or(bits) as bits, min(first_at) as first_at from (
    select payer_id, first_at, case when ${day(last)} - as_of_day >= ${sql.lit(REMEMBERED)} then 0
           else (days << (${day(last)} - as_of_day)) & ${MASK} end as bits
    from analytics.payer where ${EDITION} and ${ofThem(of)}
    union all
    select payer_id, ended_at, case when d between 0 and ${sql.lit(REMEMBERED - 1)} then 1::int8 << d else 0 end
    from (select payer_id, ended_at, ${day(last)} - (ended_at at time zone 'UTC')::date as d
          from analytics.fact where ${NOT_FOLDED} and ${PAYS} and ${ofThem(of)}) t) known
  group by payer_id`;

const day = (at: Date) => sql`${at.toISOString().slice(0, 10)}::date`;

/** The days of a bucket as bits, counted back from `last`. */
function maskOf({ from, to }: Bucket, last: Date): bigint {
  let mask = 0n;
  for (let back = 0; back < REMEMBERED; back += 1) {
    const at = last.getTime() - back * DAY_MS;
    if (at >= from.getTime() && at < to.getTime()) mask |= 1n << BigInt(back);
  }
  return mask;
}

async function countPeople(
  db: Db,
  of: Of,
  buckets: readonly Bucket[],
  last: Date,
): Promise<Map<number, { people: number; new_people: number }>> {
  const { rows } = await sql<{ place: bigint; people: bigint; new_people: bigint }>`
    with p as materialized (${payersOf(of, last)})
    select b.place, count(*) filter (where p.bits & b.mask <> 0) as people,
           count(*) filter (where p.first_at >= b.starts and p.first_at < b.ends) as new_people
    from p, unnest(${buckets.map((bucket) => maskOf(bucket, last))}::int8[], ${buckets.map(({ from }) => from)}::timestamptz[],
      ${buckets.map(({ to }) => to)}::timestamptz[]) with ordinality b(mask, starts, ends, place)
    group by b.place`.execute(db);
  return new Map(
    rows.map(({ place, people, new_people }) => [
      Number(place) - 1,
      { people: Number(people), new_people: Number(new_people) },
    ]),
  );
}

/** Sketches of the days that have them, and one of the rest made now. */
async function estimatePeople(db: Db, of: Of, { from, to }: Bucket, last: Date): Promise<number> {
  const everybody = of.creator_id === null && of.model_ids === null;
  const whose = everybody ? sql`creator_id = ${NOBODY}` : sql`creator_id <> ${NOBODY} and ${ofThem(of)}`;
  const { rows } = await sql<{ registers: Buffer }>`
    select registers from analytics.sketch where ${whose} and day >= ${day(from)} and day < ${day(to)}`.execute(
    db,
  );
  const sketches = rows.map(({ registers }) => registers);
  if (!everybody) {
    const mask = maskOf({ from, to }, last);
    const recent = await sql<{ registers: Buffer | null }>`
      select string_agg(int2send(register::int2) || substring(int2send(rank::int2) from 2), '') as registers from (
        select ${REGISTER} as register, max(${sql.raw(RANK)}) as rank
        from (${payersOf(of, last)}) p where bits & ${mask}::int8 <> 0 group by 1) r`.execute(db);
    sketches.push(...recent.rows.flatMap(({ registers }) => registers ?? []));
  }
  return estimate(registersOf(sketches));
}

export type Cohort = {
  week: Date;
  people: number;
  /** Of them those who were there in the same week, in the one after it, and so on. */
  weeks: number[];
};

/** Whoever paid for the first time in a UTC week, and in which weeks after it they came back. */
export async function cohortsOf(
  db: Db,
  { of, from, to }: { of: Of; from: Date; to: Date },
): Promise<Cohort[]> {
  const { rows } = await sql<{ week: string; k: number; people: bigint; there: bigint }>`
    with p as materialized (
      select payer_id, min(first_at) as first_at, max(as_of) as as_of,
             bit_or(case when last - as_of >= 7 * ${sql.lit(REMEMBERED)} then 0 else (bits << ((last - as_of) / 7)) & ${MASK} end) as bits, last
      from (
        select *, max(as_of) over () as last from (
          select payer_id, first_at, as_of_week as as_of, weeks as bits from analytics.payer where ${EDITION} and ${ofThem(of)}
          union all
          select payer_id, ended_at, ${MONDAY(`(ended_at at time zone 'UTC')::date`)}, 1 from analytics.fact
          where ${NOT_FOLDED} and ${PAYS} and ${ofThem(of)}) known) x
      group by payer_id, last),
    c as (select ${MONDAY(`(first_at at time zone 'UTC')::date`)} as week, bits, last from p where first_at >= ${from} and first_at < ${to})
    select week::text, k, count(*) as people,
           count(*) filter (where bits & (1::int8 << ((last - week) / 7 - k)) <> 0) as there
    from c cross join lateral generate_series(0, (last - week) / 7) k
    where last - week < 7 * ${sql.lit(REMEMBERED)} group by 1, 2 order by 1, 2`.execute(db);
  const cohorts = new Map<string, Cohort>();
  for (const { week, k, people, there } of rows) {
    const cohort = cohorts.get(week) ?? {
      week: new Date(`${week}T00:00:00Z`),
      people: Number(people),
      weeks: [],
    };
    cohort.weeks[k] = Number(there);
    cohorts.set(week, cohort);
  }
  return [...cohorts.values()];
}
