import { type RawBuilder, sql } from 'kysely';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import { PLANNED_EACH_TIME } from '../../kit/prepared.ts';
import {
  BIN_COLUMNS,
  binsOfFact,
  binsOfFacts,
  binColumns,
  binsSummed,
  sumColumns,
  summed,
  sumsOfCorrections,
  sumsOfFacts,
  TIMES,
} from './columns.ts';
import { type EarnerRole, NOBODY, type Of, type Source } from './fact.ts';
import type { Histogram } from './histogram.ts';
import { type Pieces, piecesOf, type Run } from './pieces.ts';
import { earnedOfCorrections, earnedOfFacts, earnedSummed } from './rollups.ts';

/** All models of everybody together. */
export const EVERYBODY: Of = { creator_id: null, model_ids: null };

/** What came of a time: of use, with the money of those who paid. */
export type Usage = {
  from: Date;
  model_id: ModelId | null;
  release_id: ReleaseId | null;
  succeeded: number;
  failed: number;
  cancelled: number;
  expired: number;
  /** Among those that succeeded: made by whoever has a part in the model. */
  related: number;
  refunds: number;
  promo_micros: bigint;
  paid_micros: bigint;
  /** Sums of how long they waited, and of how long they were computed. */
  queue_ms: number;
  run_ms: number;
  refunded_promo_micros: bigint;
  refunded_paid_micros: bigint;
};

/** Rows of roll-ups, of whomever they are asked for. */
function whose({ creator_id, model_ids }: Of): RawBuilder<boolean> {
  if (creator_id === null && model_ids === null) return sql<boolean>`creator_id = ${NOBODY}`;
  return ofThem({ creator_id, model_ids });
}

/** Rows that are of one model each: facts and corrections. */
export function ofThem({ creator_id, model_ids }: Of): RawBuilder<boolean> {
  return sql<boolean>`${creator_id === null ? sql`true` : sql`creator_id = ${creator_id}`}
    and ${model_ids === null ? sql`true` : sql`model_id = any(${[...model_ids]}::uuid[])`}`;
}

const froms = (runs: readonly Run[]) => runs.map(({ from }) => from);
const tos = (runs: readonly Run[]) => runs.map(({ to }) => to);
/** The rows of a table whose time lies in one of the runs. */
const lying = (runs: readonly Run[], at = 'at') => lyingAt(runs, sql.ref(at));
const lyingAt = (runs: readonly Run[], at: RawBuilder<unknown>) => sql`
  unnest(${froms(runs)}::timestamptz[], ${tos(runs)}::timestamptz[]) run(run_from, run_to)
  where ${at} >= run_from and ${at} < run_to`;
/** The same of what is chosen by its number: no index of times is asked besides, which would find nearly all there is. */
const lyingThere = (runs: readonly Run[], at: string) => lyingAt(runs, sql`${sql.ref(at)} + interval '0'`);

/**
 * Of hours: those in the runs, and those of days that are not summed yet. The others are read as days.
 */
const lyingInHours = ({ days, hours }: Pieces) => sql`
  unnest(${froms([...days, ...hours])}::timestamptz[], ${tos([...days, ...hours])}::timestamptz[],
    ${[...days.map(() => true), ...hours.map(() => false)]}::boolean[]) run(run_from, run_to, of_days)
  where at >= case when of_days then greatest(run_from, ${SUMMED_UNTIL}) else run_from end and at < run_to`;

/** Rows that are in no roll-up of hours and days yet. */
export const NOT_FOLDED = sql<boolean>`(
  -- between two numbers, so that the index of numbers is taken: of all above one the planner expects a third of all there is
  fold > (select folded from analytics.state) and fold <= (select fold from analytics.state))`;
/** Rows that are, found by whose they are and when they were: asked plainly, the index of numbers would be taken. */
const FOLDED = sql<boolean>`fold + 0 <= (select folded from analytics.state)`;
export const EDITION = sql<boolean>`edition = (select edition from analytics.state)`;
const SUMMED_UNTIL = sql`(select summed_until from analytics.state)`;
const MINUTES_FROM = sql`(select minutes_from from analytics.state)`;

/** The cuts, told once: there may be hundreds of them, and each statement asks for them in several places. */
const withCuts = (cuts: readonly Date[]) =>
  sql`${sql.raw(PLANNED_EACH_TIME)} with cut as materialized (select ${[...cuts]}::timestamptz[] as cuts)`;
/** Where each bucket begins, by the number that `width_bucket` gives it. */
const placeOf = (at = 'at') => sql`width_bucket(${sql.ref(at)}, (select cuts from cut))`;
const cutAt = (cuts: readonly Date[], place: number) => present(cuts[place - 1], 'the cut of a bucket');

type Rows<T> = { [K in keyof T]: T[K] };

/** Everything that was counted between each two cuts; buckets in which nothing was are left out. */
export async function usageOf(
  db: Db,
  { of, cuts, by = 'all' }: { of: Of; cuts: readonly Date[]; by?: 'all' | 'model' | 'release' },
): Promise<Usage[]> {
  const pieces = piecesOf(cuts);
  const key = { all: sql``, model: sql`model_id,`, release: sql`model_id, release_id,` }[by];
  const one = by === 'all' || of.creator_id !== null || of.model_ids !== null;
  const rolled = one ? whose(of) : sql<boolean>`creator_id <> ${NOBODY}`;
  const columns = sql`${placeOf()} as place, ${key} ${sumColumns}`;
  const { rows } = await sql<Rows<Record<string, bigint | string | number | null>> & { place: number }>`
    ${withCuts(cuts)}
    select place, ${key} ${summed} from (
      select ${columns} from analytics.usage_day, ${lying(pieces.days)} and at < ${SUMMED_UNTIL} and ${EDITION} and ${rolled}
      union all select ${columns} from analytics.usage_hour, ${lyingInHours(pieces)} and ${EDITION} and ${rolled}
      union all select ${columns} from analytics.usage_minute, ${lying(pieces.minutes)} and at >= ${MINUTES_FROM} and ${rolled}
      union all ${counted(of, (at) => sql`${lyingThere(allOf(pieces), at)} and ${NOT_FOLDED}`, key)}
      union all ${counted(of, (at) => sql`${lyingInOldParts(pieces.minutes, at)} and ${FOLDED}`, key)}
    ) all_of_it group by ${key} place order by ${key} place`.execute(db);
  return rows.map((row) => readUsage(row, cuts));
}

/** What hours and days are read of: where the tail is added to them. */
const rolledUp = ({ days, hours }: Pieces): Run[] => [...days, ...hours];
const allOf = (pieces: Pieces): Run[] => [...rolledUp(pieces), ...pieces.minutes];

/**
 * Parts of hours of long ago, whose minutes were given away: what lies in them is counted again. Nearly never is there
 * any, and it is the runs that say so: asked of the rows, each that is old would be read to be thrown away.
 */
const lyingInOldParts = (runs: readonly Run[], at: string) => sql`
  unnest(${froms(runs)}::timestamptz[], ${tos(runs)}::timestamptz[]) run(run_from, run_to)
  where run_from < ${MINUTES_FROM} and ${sql.ref(at)} >= run_from and ${sql.ref(at)} < least(run_to, ${MINUTES_FROM})`;

/** Facts and corrections as they lie. */
function counted(of: Of, which: (at: string) => RawBuilder<unknown>, key: RawBuilder<unknown>) {
  const columns = (at: string) => sql`select ${placeOf(at)} as place, ${key}`;
  return sql`
    ${columns('ended_at')} ${sumsOfFacts} from (select * from analytics.fact, ${which('ended_at')} and ${ofThem(of)}) f group by ${key} place
    union all
    ${columns('at')} ${sumsOfCorrections} from (select * from analytics.correction, ${which('at')}
      and generation_id is not null and ${ofThem(of)}) c group by ${key} place`;
}

function readUsage(row: Record<string, unknown>, cuts: readonly Date[]): Usage {
  const n = (column: string) => Number(row[column] ?? 0);
  const money = (column: string) => BigInt(String(row[column] ?? 0));
  return {
    from: cutAt(cuts, n('place')),
    model_id: typeof row.model_id === 'string' ? asId<ModelId>(row.model_id) : null,
    release_id: typeof row.release_id === 'string' ? asId<ReleaseId>(row.release_id) : null,
    succeeded: n('succeeded'),
    failed: n('failed'),
    cancelled: n('cancelled'),
    expired: n('expired'),
    related: n('related'),
    refunds: n('refunds'),
    promo_micros: money('promo_micros'),
    paid_micros: money('paid_micros'),
    queue_ms: n('queue_ms'),
    run_ms: n('run_ms'),
    refunded_promo_micros: money('refunded_promo_micros'),
    refunded_paid_micros: money('refunded_paid_micros'),
  };
}

export type Latency = {
  from: Date;
  model_id: ModelId | null;
  queue: Histogram;
  run: Histogram;
  total: Histogram;
};

/** How long things took between each two cuts. */
export async function latencyOf(
  db: Db,
  { of, cuts, by = 'all' }: { of: Of; cuts: readonly Date[]; by?: 'all' | 'model' },
): Promise<Latency[]> {
  const pieces = piecesOf(cuts);
  const key = by === 'model' ? sql`model_id,` : sql``;
  const rolled = (table: string, lies: RawBuilder<unknown>) => sql`
    select ${placeOf()} as place, ${key} ${binColumns} from ${sql.table(table)}, ${lies} and ${EDITION} and ${whose(of)}`;
  const timed = sql`ended_at, ${key} queue_ms, run_ms, total_ms, outcome`;
  // what is as wide is told of once: of each place that it is in a statement, hundreds of expressions are made
  const { rows } = await sql<Record<string, bigint | null> & { place: number; model_id?: ModelId }>`
    ${withCuts(cuts)}
    select place, ${key} ${binsSummed} from (
      ${rolled('analytics.usage_day', sql`${lying(pieces.days)} and at < ${SUMMED_UNTIL}`)}
      union all ${rolled('analytics.usage_hour', lyingInHours(pieces))}
      union all select place, ${key} ${binsOfFacts} from (
        select ${placeOf('ended_at')} as place, ${key} ${binsOfFact} from (
          select ${timed} from analytics.fact, ${lyingThere(rolledUp(pieces), 'ended_at')} and ${NOT_FOLDED} and ${ofThem(of)}
          union all
          select ${timed} from analytics.fact, ${lying(pieces.minutes, 'ended_at')} and ${ofThem(of)}) among
        offset 0) f group by ${key} place) all_of_it group by ${key} place order by ${key} place`.execute(db);
  return rows.map((row) => {
    const bins = BIN_COLUMNS.map((column) => Number(row[column] ?? 0));
    const [queue = [], run = [], total = []] = TIMES.map((_, place) =>
      bins.slice((place * bins.length) / TIMES.length, ((place + 1) * bins.length) / TIMES.length),
    );
    return { from: cutAt(cuts, Number(row.place)), model_id: row.model_id ?? null, queue, run, total };
  });
}

/** Why generations failed. */
export async function reasonsOf(
  db: Db,
  { of, cuts }: { of: Of; cuts: readonly Date[] },
): Promise<{ from: Date; model_id: ModelId; reason: string; generations: number }[]> {
  const pieces = piecesOf(cuts);
  const hours = [...pieces.days, ...pieces.hours];
  const everybody = of.creator_id === null && of.model_ids === null;
  const model = everybody ? sql`${NOBODY}::uuid` : sql`model_id`;
  const failed = (lies: RawBuilder<unknown>) => sql`
    select ${placeOf('ended_at')} as place, ${model} as model_id, reason, count(*) as failed
    from (select * from analytics.fact, ${lies} and reason is not null and ${ofThem(of)}) f group by 1, 2, 3`;
  const { rows } = await sql<{ place: number; model_id: string; reason: string; failed: bigint }>`
    ${withCuts(cuts)}
    select place, model_id, reason, sum(failed)::int8 as failed from (
      select ${placeOf()} as place, model_id, reason, sum(failed) as failed
      from (select * from analytics.failure_hour, ${lying(hours)} and ${EDITION} and ${whose(of)}) r group by 1, 2, 3
      union all ${failed(sql`${lyingThere(hours, 'ended_at')} and ${NOT_FOLDED}`)}
      union all ${failed(lying(pieces.minutes, 'ended_at'))}) all_of_it group by 1, 2, 3 order by 1, 4 desc, 3`.execute(
    db,
  );
  return rows.map(({ place, model_id, reason, failed }) => ({
    from: cutAt(cuts, place),
    model_id: asId<ModelId>(model_id),
    reason,
    generations: Number(failed),
  }));
}

// earnings -------------------------------------------------------------------------------------------------------

export const EARNED_BY = ['person', 'model', 'release', 'role', 'source'] as const;
export type EarnedBy = (typeof EARNED_BY)[number];

/** What was earned between two cuts, by bought credits and by promo credits, and what was taken back then. */
export type Earned = {
  from: Date;
  person_id: AccountId | null;
  model_id: ModelId | null;
  release_id: ReleaseId | null;
  role: EarnerRole | null;
  source: Source | null;
  generations: number;
  paid_micros: bigint;
  promo_micros: bigint;
  reversed_paid_micros: bigint;
  reversed_promo_micros: bigint;
  vested_micros: bigint;
};

const EARNED_KEYS: Record<EarnedBy, string> = {
  person: 'person_id',
  model: 'model_id',
  release: 'release_id',
  role: 'role',
  source: 'source',
};

type Earning = { person_id: AccountId | null; model_ids?: readonly ModelId[] | null };

/** What somebody earned, or everybody by some models, in the groups asked for. Its sums are those of lines and reversals. */
export async function earnedBy(
  db: Db,
  asked: Earning & { cuts: readonly Date[]; by: readonly EarnedBy[] },
): Promise<Earned[]> {
  const { person_id, model_ids = null, cuts, by } = asked;
  const pieces = piecesOf(cuts);
  const theirs = sql<boolean>`${person_id === null ? sql`true` : sql`person_id = ${person_id}`}
    and ${model_ids === null ? sql`true` : sql`model_id = any(${[...model_ids]}::uuid[])`}`;
  const columns = by.map((one) => EARNED_KEYS[one]);
  const keys = columns.length === 0 ? sql`` : sql.raw(`${columns.join(', ')},`);
  // whoever earned by them: facts and corrections are found by whose the model was, and what is not folded by its number
  const creators =
    person_id === null
      ? FOLDED
      : sql<boolean>`${FOLDED} and creator_id = any(array(
          select distinct creator_id from analytics.earned_hour where person_id = ${person_id} and ${EDITION}))`;
  const rolled = (table: string, lies: RawBuilder<unknown>) => sql`
    select ${placeOf()} as place, ${keys} ${earnedSummed}
    from (select * from ${sql.table(table)}, ${lies} and ${EDITION} and ${theirs}) r group by ${keys} place`;
  const earned = (lies: (at: string) => RawBuilder<unknown>) => {
    const among = (table: string, at: string) => sql`(select * from ${sql.table(table)}, ${lies(at)}) among`;
    return sql`
      select ${placeOf()} as place, ${keys} ${earnedSummed} from (
        ${earnedOfFacts(sql`ended_at`, sql<boolean>`true`, among('analytics.fact', 'ended_at'))}
        union all ${earnedOfCorrections(sql`at`, sql<boolean>`true`, among('analytics.correction', 'at'))}) c
      where ${theirs} group by ${keys} place`;
  };
  const { rows } = await sql<Record<string, unknown>>`
    ${withCuts(cuts)}
    select place, ${keys} ${earnedSummed} from (
      ${rolled('analytics.earned_day', sql`${lying(pieces.days)} and at < ${SUMMED_UNTIL}`)}
      union all ${rolled('analytics.earned_hour', lyingInHours(pieces))}
      union all ${earned((at) => sql`${lyingThere(allOf(pieces), at)} and ${NOT_FOLDED}`)}
      union all ${earned((at) => sql`${lying(pieces.minutes, at)} and ${creators}`)}) all_of_it group by ${keys} place order by ${keys} place`.execute(
    db,
  );
  return rows.map((row) => readEarned(row, cuts));
}

function readEarned(row: Record<string, unknown>, cuts: readonly Date[]): Earned {
  const money = (column: string) => BigInt(String(row[column] ?? 0));
  const id = <T extends string>(column: string) => {
    const value = row[column];
    return typeof value === 'string' && value !== NOBODY ? (value as T) : null;
  };
  return {
    from: cutAt(cuts, Number(row.place)),
    person_id: id<AccountId>('person_id'),
    model_id: id<ModelId>('model_id'),
    release_id: id<ReleaseId>('release_id'),
    role: id<EarnerRole>('role'),
    source: id<Source>('source'),
    generations: Number(row.generations ?? 0),
    paid_micros: money('paid_micros'),
    promo_micros: money('promo_micros'),
    reversed_paid_micros: money('reversed_paid_micros'),
    reversed_promo_micros: money('reversed_promo_micros'),
    vested_micros: money('vested_micros'),
  };
}
