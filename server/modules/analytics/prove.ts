import { type RawBuilder, sql } from 'kysely';
import { DAY_MS, startOfDay } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import {
  allColumns,
  BIN_COLUMNS,
  binsOfFact,
  binsOfFacts,
  SUMS,
  sumsOfCorrections,
  sumsOfFacts,
} from './columns.ts';
import { NOBODY } from './fact.ts';
import { EDITION } from './read.ts';
import {
  DAY,
  earnedColumns,
  earnedOfCorrections,
  earnedOfFacts,
  EARNED_SUMS,
  HOUR,
  PAYS,
  REMEMBERED,
} from './rollups.ts';

/** What must hold, and where it does not. */
export type Difference = { what: string; where: string };

/** Of what differs everywhere the first are enough. */
const SHOWN_MAX = 20;

export const PROVED = {
  hours: 'the hours of use are what facts and corrections say',
  days: 'a day is the sum of its hours',
  all: 'the rows of all models together are the sums of those of each',
  failures: 'the reasons of failures are those of the facts',
  earned: 'what people earned on a day is what facts and corrections say',
  payers: 'who paid on a day is who the facts say',
} as const;

/** Counts a UTC day again, out of its facts, and answers where the roll-ups say something else. It changes nothing. */
export async function differencesOn(db: Db, day: Date): Promise<Difference[]> {
  const from = startOfDay(day);
  const to = new Date(from.getTime() + DAY_MS);
  const rolled = (at: string) => sql<boolean>`${sql.ref(at)} >= ${from} and ${sql.ref(at)} < ${to}`;
  const folded = (at: string) => sql<boolean>`${rolled(at)} and fold <= (select folded from analytics.state)`;
  const found = [
    ...useTwice(folded, rolled('at')),
    ...earnedTwice(folded, rolled('at')),
    ['payers', differentPayers(folded('ended_at'), from)] as const,
    ...((await isSummed(db, from)) ? daysTwice(rolled('at')) : []),
  ];
  const differences: Difference[] = [];
  for (const [name, query] of found) {
    const { rows } = await query.execute(db);
    differences.push(...rows.map(({ where }) => ({ what: PROVED[name], where })));
  }
  return differences;
}

async function isSummed(db: Db, day: Date): Promise<boolean> {
  const { rows } = await sql<{
    summed: boolean;
  }>`select summed_until > ${day} as summed from analytics.state`.execute(db);
  return rows[0]?.summed ?? false;
}

type Comparison = readonly [keyof typeof PROVED, RawBuilder<{ where: string }>];

function useTwice(folded: Span, rolled: RawBuilder<boolean>): Comparison[] {
  const key = sql.raw('creator_id, model_id, release_id, at');
  const of_models = sql`creator_id <> ${NOBODY}`;
  const hours = (whose: RawBuilder<unknown>) =>
    sql`select ${key}, ${allColumns} from analytics.usage_hour where ${EDITION} and ${whose} and ${rolled}`;
  const failures = (whose: RawBuilder<unknown>) =>
    sql`select creator_id, model_id, at, reason, failed from analytics.failure_hour where ${EDITION} and ${whose} and ${rolled}`;
  return [
    ['hours', differing(key, ALL, summedAgain(folded), hours(of_models))],
    [
      'all',
      differing(
        sql.raw('at'),
        ALL,
        sql`select at, ${sums(ALL)} from (${hours(of_models)}) h group by 1`,
        hours(sql`creator_id = ${NOBODY}`),
      ),
    ],
    [
      'failures',
      differing(
        sql.raw('creator_id, model_id, at, reason'),
        ['failed'],
        sql`select creator_id, model_id, ${HOUR('ended_at')} as at, reason, count(*) as failed from analytics.fact
            where ${folded('ended_at')} and reason is not null group by 1, 2, 3, 4`,
        failures(of_models),
      ),
    ],
  ];
}

const earned_key = 'person_id, creator_id, model_id, release_id, role, source';

function earnedTwice(folded: Span, rolled: RawBuilder<boolean>): Comparison[] {
  const key = sql.raw(`${earned_key}, at`);
  const counted = sql`
    select ${key}, ${sums(EARNED_SUMS)} from (
      ${earnedOfFacts(HOUR('ended_at'), folded('ended_at'))} union all ${earnedOfCorrections(HOUR('at'), folded('at'))}) e
    group by ${key}`;
  const hours = sql`select ${key}, ${earnedColumns} from analytics.earned_hour where ${EDITION} and ${rolled}`;
  return [['earned', differing(key, EARNED_SUMS, counted, hours)]];
}

/** Days against the sums of their hours. */
function daysTwice(rolled: RawBuilder<boolean>): Comparison[] {
  const compared = (table: string, key: string, columns: readonly string[]) =>
    differing(
      sql.raw(key),
      columns,
      sql`select ${sql.raw(key)}, ${sums(columns)} from ${sql.table(`analytics.${table}_hour`)} where ${EDITION} and ${rolled} group by ${sql.raw(key)}`,
      sql`select ${sql.raw(key)}, ${sql.raw(columns.join(', '))} from ${sql.table(`analytics.${table}_day`)} where ${EDITION} and ${rolled}`,
    );
  return [
    ['days', compared('usage', 'creator_id, model_id, release_id', ALL)],
    ['days', compared('earned', earned_key, EARNED_SUMS)],
  ];
}

const ALL = [...SUMS, ...BIN_COLUMNS];
const sums = (columns: readonly string[]) =>
  sql.raw(columns.map((column) => `sum(${column}) as ${column}`).join(', '));

type Span = (at: string) => RawBuilder<boolean>;

/** Use by hour, counted of facts and corrections. */
function summedAgain(folded: Span) {
  const no_bins = sql.raw(BIN_COLUMNS.map((column) => `null::int8 as ${column}`).join(', '));
  return sql`
    select creator_id, model_id, release_id, at, ${sums(ALL)} from (
      select creator_id, model_id, release_id, ${HOUR('ended_at')} as at, ${sumsOfFacts}, ${binsOfFacts}
      from (select *, ${binsOfFact} from analytics.fact where ${folded('ended_at')} offset 0) f group by 1, 2, 3, 4
      union all
      select creator_id, model_id, release_id, ${HOUR('at')}, ${sumsOfCorrections}, ${no_bins}
      from analytics.correction where ${folded('at')} and generation_id is not null group by 1, 2, 3, 4) known
    group by 1, 2, 3, 4`;
}

/** Keys at which two tables do not say the same; nothing is zero. */
function differing(
  key: RawBuilder<unknown>,
  columns: readonly string[],
  one: RawBuilder<unknown>,
  other: RawBuilder<unknown>,
): RawBuilder<{ where: string }> {
  const differ = sql.raw(
    columns.map((column) => `coalesce(a.${column}, 0) <> coalesce(b.${column}, 0)`).join(' or '),
  );
  return sql<{ where: string }>`
    select concat_ws(' ', ${key}) as where from (${one}) a full join (${other}) b using (${key})
    where ${differ} order by 1 limit ${sql.lit(SHOWN_MAX)}`;
}

/** Of days that the bits do not reach back to nothing is asked. */
function differentPayers(folded: RawBuilder<boolean>, from: Date) {
  const day = from.toISOString().slice(0, 10);
  return sql<{ where: string }>`
    select concat_ws(' ', creator_id, model_id, payer_id) as where from (
      select distinct creator_id, model_id, payer_id, true as said from analytics.fact where ${folded} and ${PAYS}) a
    full join (
      select creator_id, model_id, payer_id, true as kept from analytics.payer
      where ${EDITION} and as_of_day >= ${day}::date and as_of_day - ${day}::date < ${sql.lit(REMEMBERED)}
        and days & (1::int8 << (as_of_day - ${day}::date)) <> 0) b using (creator_id, model_id, payer_id)
    left join analytics.payer p using (creator_id, model_id, payer_id)
    where (said is distinct from kept) and (p.edition is null or (p.${EDITION} and p.as_of_day - ${day}::date < ${sql.lit(REMEMBERED)}))
    order by 1 limit ${sql.lit(SHOWN_MAX)}`;
}

/** A day to prove, and up to which number it is folded when that is begun. */
export type Due = { day: Date; fold: bigint };

/** The first day that is over and was not proved since something came into it. */
export async function dayToProve(db: Db, at: Date): Promise<Due | null> {
  const { rows } = await sql<{ day: Date | null; fold: bigint }>`
    select min(u.at) as day, s.folded as fold from analytics.state s
    left join analytics.usage_day u on u.edition = s.edition and u.creator_id = ${NOBODY}
      and u.at < ${startOfDay(at)} and u.at < s.summed_until and u.at >= s.facts_from
      and not exists (select from analytics.proof p where p.day = (u.at at time zone 'UTC')::date and p.fold >= p.late_fold)
    group by s.folded`.execute(db);
  const [row] = rows;
  return row?.day ? { day: row.day, fold: row.fold } : null;
}

export async function recordProof(
  tx: Tx,
  { day, fold }: Due,
  at: Date,
  differences: readonly Difference[],
): Promise<void> {
  await sql`
    insert into analytics.proof (day, at, facts, differences, fold)
    select ${day.toISOString().slice(0, 10)}::date, ${at},
           (select count(*) from analytics.fact where ended_at >= ${day} and ended_at < ${new Date(day.getTime() + DAY_MS)}),
           ${JSON.stringify(differences)}::jsonb, ${fold}
    on conflict (day) do update set at = excluded.at, facts = excluded.facts, differences = excluded.differences, fold = excluded.fold`.execute(
    tx,
  );
}

/** The days on which something was counted, and for which its facts are there. */
export async function daysCounted(db: Db): Promise<Date[]> {
  const { rows } = await sql<{ at: Date }>`
    select distinct ${DAY('at')} as at from analytics.usage_hour
    where ${EDITION} and creator_id = ${NOBODY} and at >= (select facts_from from analytics.state) order by 1`.execute(
    db,
  );
  return rows.map(({ at }) => at);
}
