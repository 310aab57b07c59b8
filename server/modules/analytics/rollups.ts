import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../kit/assert.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Tx } from '../../kit/database.ts';
import {
  added,
  allColumns,
  allSummed,
  BIN_COLUMNS,
  COUNTED_MAX,
  binsOfFact,
  binsOfThrees,
  threeColumns,
  threeOfFact,
  threesOfFacts,
  threesTotalled,
  sumColumns,
  summed,
  totalled,
  SUMS,
  sumsOfCorrections,
  sumsOfFacts,
} from './columns.ts';
import { NOBODY } from './fact.ts';
import { RANK_MAX } from './sketch.ts';

/** Which facts and corrections: all of some folds, and of them those of a time if one is given. */
export type Chosen = { after: bigint; upto: bigint; from?: Date; to?: Date };

export const within = (
  { after, upto, from, to }: Chosen,
  at: 'ended_at' | 'at',
): RawBuilder<boolean> => sql<boolean>`
  -- from the first number on the index of numbers finds all there is: time alone chooses
  ${after === 0n ? sql`fold + 0 <= ${upto}` : sql`fold > ${after} and fold <= ${upto}`}
  ${from ? sql`and ${sql.ref(at)} >= ${from}` : sql``} ${to ? sql`and ${sql.ref(at)} < ${to}` : sql``}`;

/** What facts are added to: the hours of an edition, and with them what only folds add. */
export type Into = {
  edition: number;
  minutes: boolean;
  /** Who paid, on the last day of them. */
  people: boolean;
  /** There is no row of their hours yet: none is looked for. */
  fresh: boolean;
};

/**
 * Every roll-up as a function of facts, in one place: a fold adds what has come since the last one, and a rebuild makes
 * all of them anew by the same statements, chosen by time. Adding one set of facts and then another is the same as
 * adding both at once. Here is what is summed by hours, and by minutes; days are sums of hours (`sumDay`). Answers on
 * which days there was anything, the last one first.
 */
export async function addSums(tx: Tx, into: Into, chosen: Chosen): Promise<Added[]> {
  const facts = await addFactSums(tx, into, within(chosen, 'ended_at'));
  const corrections = within(chosen, 'at');
  const corrected = await correctedDays(tx, corrections);
  if (corrected.length > 0) {
    await addCorrectedUse(tx, into.edition, corrections);
    await addEarned(tx, into.edition, earnedOfCorrections(HOUR('at'), corrections));
    if (into.minutes) await addCorrectedMinutes(tx, corrections);
  }
  return [...facts, ...corrected];
}

/** How many facts, and how many corrections, of a UTC day. */
export type Added = { day: Date; facts: number; corrections: number };

async function correctedDays(tx: Tx, where: RawBuilder<boolean>): Promise<Added[]> {
  const { rows } = await sql<{ day: Date; n: bigint }>`
    select ${DAY('at')} as day, count(*) as n from analytics.correction where ${where} group by 1`.execute(
    tx,
  );
  return rows.map(({ day, n }) => ({ day, facts: 0, corrections: Number(n) }));
}

/** A roll-up of one edition: named, it need not be looked for by each row. */
const partOf = (rollup: string, edition: number) =>
  sql.table(`analytics.${rollup}_${edition === 0 ? 'a' : 'b'}`);

export const HOUR = (at: string) => sql.raw(`date_bin('1 hour', ${at}, '2000-01-01Z')`);
export const DAY = (at: string) => sql.raw(`date_bin('1 day', ${at}, '2000-01-01Z')`);
const MINUTE = (at: string) => sql.raw(`date_bin('1 minute', ${at}, '2000-01-01Z')`);
const MINUTES_FROM = sql`(select minutes_from from analytics.state)`;

const ALL = [...SUMS, ...BIN_COLUMNS];
/** What sums of use are made of, and nothing else, for it is carried from step to step. */
const summedOfFact = sql.raw(
  'creator_id, model_id, release_id, outcome, related, promo_micros, paid_micros, queue_ms, run_ms',
);
const useKey = sql.raw('creator_id, model_id, release_id');
const all_use = sql`${NOBODY}::uuid, ${NOBODY}::uuid, ${NOBODY}::uuid`;

/**
 * The facts are read once for all of it, and what is made of them is written in the order of its keys: who looks for the
 * place of a row finds it beside that of the last one. Minutes are kept once, in no edition: those that somebody reads
 * were made when they were folded; hours are made of them there.
 */
async function addFactSums(
  tx: Tx,
  { edition, minutes, people, fresh }: Into,
  where: RawBuilder<boolean>,
): Promise<Added[]> {
  const orAdded = (key: RawBuilder<unknown>, row: string, columns: readonly string[]) =>
    fresh ? sql`` : sql`on conflict (${key}) do update set ${added(row, columns)}`;
  // a release is of one model
  const summedBy = (at: RawBuilder<unknown>) => sql`
    select creator_id, any_value(model_id) as model_id, release_id, step as at, ${sumsOfFacts}, ${threesOfFacts}
    -- the offsets keep the bin of each fact from being looked for again by each column
    from (
      select ${summedOfFact}, step, ${threeOfFact} from (
        select ${summedOfFact}, ${at} as step, ${binsOfFact} from chosen offset 0) b offset 0) f
    group by creator_id, release_id, step`;
  const used = minutes
    ? sql`
      by_minute as materialized (${summedBy(MINUTE('ended_at'))}),
      m as (
        insert into analytics.usage_minute as u (${useKey}, at, ${sumColumns})
        select ${useKey}, at, ${sumColumns} from (
          select ${useKey}, at, ${sumColumns} from by_minute
          union all select ${all_use}, at, ${totalled} from by_minute group by at) u
        where at >= ${MINUTES_FROM} order by creator_id, at
        on conflict (creator_id, at, model_id, release_id) do update set ${added('u', SUMS)}),
      used as materialized (
        select creator_id, any_value(model_id) as model_id, release_id, ${HOUR('at')} as at, ${totalled}, ${threesTotalled}
        from by_minute group by creator_id, release_id, 4)`
    : sql`used as materialized (${summedBy(sql`at`)})`;
  const { rows } = await sql<{ day: Date; n: bigint }>`
    with chosen as materialized (
      select ${minutes || people ? sql`ended_at,` : sql``} ${HOUR('ended_at')} as at, creator_id, model_id, release_id, outcome, reason, related, source,
        promo_micros, paid_micros, queue_ms, run_ms, total_ms, ${people ? sql`payer_id,` : sql``} ${partsOfFact}
      from analytics.fact where ${where}),
    ${used},
    h as (
      insert into ${partOf('usage_hour', edition)} as u (edition, ${useKey}, at, ${allColumns})
      select ${edition}::int2, ${useKey}, at, ${sumColumns}, ${binsOfThrees} from (
        select ${useKey}, at, ${sumColumns}, ${threeColumns} from used
        union all select ${all_use}, at, ${totalled}, ${threesTotalled} from used group by at) u order by creator_id, at
      ${orAdded(sql`creator_id, at, model_id, release_id, edition`, 'u', ALL)}),
    failed as materialized (
      select creator_id, model_id, at, reason, count(*) as failed from chosen where reason is not null group by 1, 2, 3, 4),
    r as (
      insert into ${partOf('failure_hour', edition)} as u (edition, creator_id, model_id, at, reason, failed)
      select ${edition}::int2, creator_id, model_id, at, reason, failed from (
        select * from failed
        union all select ${NOBODY}::uuid, ${NOBODY}::uuid, at, reason, sum(failed) from failed group by at, reason) f order by creator_id, at
      ${orAdded(sql`creator_id, model_id, at, reason, edition`, 'u', ['failed'])}),
    e as (
      insert into ${partOf('earned_hour', edition)} as e (edition, ${earnedKey}, ${earnedColumns})
      select ${edition}::int2, ${earnedKey}, ${earnedColumns} from (${earnedOfChosen}) x order by person_id, at
      ${orAdded(sql`${earnedKey}, edition`, 'e', EARNED_SUMS)})
    ${people ? sql`, ${paidOnLastDay}, ${peopleAdded(edition)}` : sql``}
    select ${DAY('at')} as day, sum(succeeded + failed + cancelled + expired)::int8 as n from used group by 1 order by 1 desc`.execute(
    tx,
  );
  assert(
    rows.every(({ n }) => n <= COUNTED_MAX),
    'no more facts are added at once than their bins can count',
  );
  return rows.map(({ day, n }) => ({ day, facts: Number(n), corrections: 0 }));
}

async function addCorrectedUse(tx: Tx, edition: number, where: RawBuilder<boolean>): Promise<void> {
  await sql`
    with c as materialized (
      select ${useKey}, ${HOUR('at')} as at, ${sumsOfCorrections}
      from analytics.correction where ${where} and generation_id is not null group by 1, 2, 3, 4)
    insert into analytics.usage_hour as u (edition, ${useKey}, at, ${sumColumns})
    select ${edition}::int2, ${useKey}, at, ${sumColumns} from c
    union all select ${edition}::int2, ${all_use}, at, ${summed} from c group by at
    on conflict (creator_id, at, model_id, release_id, edition) do update set ${added('u', SUMS)}`.execute(
    tx,
  );
}

const addCorrectedMinutes = (tx: Tx, where: RawBuilder<boolean>) =>
  sql`
    with c as materialized (
      select ${useKey}, ${MINUTE('at')} as at, ${sumsOfCorrections} from analytics.correction
      where ${where} and at >= ${MINUTES_FROM} and generation_id is not null group by 1, 2, 3, 4)
    insert into analytics.usage_minute as u (${useKey}, at, ${sumColumns})
    select ${useKey}, at, ${sumColumns} from c
    union all select ${all_use}, at, ${summed} from c group by at
    on conflict (creator_id, at, model_id, release_id) do update set ${added('u', SUMS)}`.execute(tx);

export const EARNED_SUMS = [
  'generations',
  'paid_micros',
  'promo_micros',
  'reversed_paid_micros',
  'reversed_promo_micros',
  'vested_micros',
];
export const earnedColumns = sql.raw(EARNED_SUMS.join(', '));
export const earnedSummed = sql.raw(EARNED_SUMS.map((column) => `sum(${column}) as ${column}`).join(', '));
const earnedKey = sql.raw('person_id, creator_id, model_id, release_id, role, source, at');

const SUMMED = sql.raw(
  'count(*) as generations, analytics.total(paid) as paid_micros, analytics.total(promo) as promo_micros, 0 as reversed_paid_micros, 0 as reversed_promo_micros, 0 as vested_micros',
);
const PARTS = ['earner_ids', 'earner_roles', 'earned_paid_micros', 'earned_promo_micros'];
/** Nearly all have one earner, and to take a list apart costs more than all the rest: the others stay as they are. */
const partsOfFact = sql.raw(
  PARTS.flatMap((part, place) => [
    `${part}[1] as ${['person_id', 'role', 'paid', 'promo'][place]}`,
    `case when cardinality(earner_ids) > 1 then ${part}[2:] end as ${part}`,
  ]).join(', '),
);
const earnedOfChosen = sql`
  select ${earnedKey}, ${SUMMED} from (
    select person_id, creator_id, model_id, release_id, role, source, at, paid, promo from chosen where person_id is not null
    union all
    select p.person_id, creator_id, model_id, release_id, p.role, source, at, p.paid, p.promo
    from chosen cross join lateral unnest(${sql.raw(PARTS.join(', '))}) p(person_id, role, paid, promo)
    where earner_ids is not null) parts
  group by 1, 2, 3, 4, 5, 6, 7`;
/** The parts of facts and of corrections, each as a row; what is taken back is so when it is, whatever it is of. */
export const earnedOfFacts = (
  at: RawBuilder<unknown>,
  where: RawBuilder<boolean>,
  facts = sql`analytics.fact`,
) => sql`
  select ${earnedKey}, ${SUMMED} from (
    -- nearly all have one earner, and to take a list apart costs more than all the rest
    select earner_ids[1] as person_id, creator_id, model_id, release_id, earner_roles[1] as role, source, ${at} as at,
           earned_paid_micros[1] as paid, earned_promo_micros[1] as promo
    from ${facts} where ${where} and cardinality(earner_ids) > 0
    union all
    select p.person_id, creator_id, model_id, release_id, p.role, source, ${at}, p.paid, p.promo
    from ${facts} cross join lateral unnest(earner_ids[2:], earner_roles[2:], earned_paid_micros[2:], earned_promo_micros[2:]) p(person_id, role, paid, promo)
    where ${where} and cardinality(earner_ids) > 1) parts
  group by 1, 2, 3, 4, 5, 6, 7`;
export const earnedOfCorrections = (
  at: RawBuilder<unknown>,
  where: RawBuilder<boolean>,
  corrections = sql`analytics.correction`,
) => sql`
  select p.person_id, creator_id, model_id, release_id, p.role, source, ${at} as at, 0 as generations,
         coalesce(sum(p.paid) filter (where kind = 'adjustment' or (kind <> 'vested' and p.paid > 0)), 0) as paid_micros,
         coalesce(sum(p.promo) filter (where kind <> 'vested' and p.promo > 0), 0) as promo_micros,
         coalesce(-sum(p.paid) filter (where kind not in ('adjustment', 'vested') and p.paid < 0), 0) as reversed_paid_micros,
         coalesce(-sum(p.promo) filter (where kind <> 'vested' and p.promo < 0), 0) as reversed_promo_micros,
         coalesce(sum(p.promo) filter (where kind = 'vested'), 0) as vested_micros
  from ${corrections} cross join lateral unnest(earner_ids, earner_roles, earned_paid_micros, earned_promo_micros) p(person_id, role, paid, promo)
  where ${where} group by 1, 2, 3, 4, 5, 6, 7`;

const addEarned = (tx: Tx, edition: number, hours: RawBuilder<unknown>) =>
  sql`
    insert into analytics.earned_hour as e (edition, ${earnedKey}, ${earnedColumns})
    select ${edition}::int2, ${earnedKey}, ${earnedColumns} from (${hours}) x
    on conflict (${earnedKey}, edition) do update set ${added('e', EARNED_SUMS)}`.execute(tx);

/** Makes a day of its hours: once it is over, and again when something of it came late. */
export async function sumDay(tx: Tx, edition: number, day: Date): Promise<void> {
  const its = sql<boolean>`edition = ${edition} and at >= ${day} and at < ${new Date(day.getTime() + DAY_MS)}`;
  await sql`delete from analytics.usage_day where ${its}`.execute(tx);
  await sql`
    insert into analytics.usage_day (edition, ${useKey}, at, ${allColumns})
    select edition, ${useKey}, ${day}, ${allSummed} from analytics.usage_hour where ${its} group by edition, ${useKey}`.execute(
    tx,
  );
  await sql`delete from analytics.earned_day where ${its}`.execute(tx);
  await sql`
    insert into analytics.earned_day (edition, person_id, creator_id, model_id, release_id, role, source, at, ${earnedColumns})
    select edition, person_id, creator_id, model_id, release_id, role, source, ${day}, ${earnedSummed}
    from analytics.earned_hour where ${its} group by 1, 2, 3, 4, 5, 6, 7`.execute(tx);
}

/** As many days, and weeks, are remembered of each payer. */
export const REMEMBERED = 62;
export const MASK = sql.raw(((1n << BigInt(REMEMBERED)) - 1n).toString());
const FIRST_MONDAY = Date.parse('2000-01-03T00:00:00Z');
export const mondayOf = (at: Date) => new Date(at.getTime() - ((at.getTime() - FIRST_MONDAY) % (7 * DAY_MS)));
/** The Monday of a day. */
export const MONDAY = (day: string) => sql.raw(`(${day} - (${day} - date '2000-01-03') % 7)`);

/** Whoever paid for something that succeeded and is not related to the model. */
export const PAYS = sql<boolean>`outcome = 'succeeded' and not related`;

/** Of a payer's id the last 48 bits are random: 12 of them choose a register, and it keeps the longest row of zeros of the rest. */
const ID_BITS = `('x' || right(payer_id::text, 12))::bit(48)`;
export const REGISTER = sql.raw(`${ID_BITS}::bit(12)::int4`);
export const RANK = `coalesce(nullif(position(B'1' in substring(${ID_BITS} from 13)), 0), ${RANK_MAX})`;

/** Adds who paid on a UTC day: to those who are known one by one, and to the sketch of the day. `chosen` is all of that day. */
export async function addPeople(tx: Tx, edition: number, chosen: Chosen, on: Date): Promise<void> {
  const day = sql`${on.toISOString().slice(0, 10)}::date`;
  await sql`
    with paid as (
      select creator_id, model_id, payer_id, ended_at, ${day} as day from analytics.fact where ${within(chosen, 'ended_at')} and ${PAYS}),
    ${peopleAdded(edition)}
    select`.execute(tx);
}

/** The same of the last day of what is chosen. */
const paidOnLastDay = sql`
  last as materialized (select ${DAY('max(ended_at)')} as began from chosen),
  paid as (
    select creator_id, model_id, payer_id, ended_at, (began at time zone 'UTC')::date as day from chosen, last
    where ended_at >= began and ${PAYS})`;

const BITS_MAX = sql.lit(REMEMBERED);
/** The bits of whoever was there `back` steps before those bits are seen from; if it was after, they are seen from there. */
const wasThere = (bits: string, back: string) => {
  const [known, steps] = [sql.raw(bits), sql.raw(`(${back})`)];
  return sql`case
    when ${steps} <= -${BITS_MAX} then 1
    when ${steps} <= 0 then (${known} << -${steps}) & ${MASK} | 1
    when ${steps} < ${BITS_MAX} then ${known} | (1::int8 << ${steps}) else ${known} end`;
};

/**
 * Whoever `paid` on a day, looked for in the order of the keys: whose place is found beside that of the last one is found
 * quickly.
 */
const peopleAdded = (edition: number) => sql`
  n as (
    select creator_id, model_id, payer_id, min(ended_at) as first_at, day, ${MONDAY('day')} as week from paid
    group by creator_id, model_id, payer_id, day order by 1, 2, 3),
  changed as (
    merge into ${partOf('payer', edition)} p using n
    on p.creator_id = n.creator_id and p.model_id = n.model_id and p.payer_id = n.payer_id and p.edition = ${edition}::int2
    -- most have been here today, and that is known
    when matched and p.first_at <= n.first_at and p.as_of_day - n.day between 0 and ${sql.lit(REMEMBERED - 1)}
      and p.days & (1::int8 << (p.as_of_day - n.day)) <> 0 then do nothing
    when matched then update set
      first_at = least(p.first_at, n.first_at),
      as_of_day = greatest(p.as_of_day, n.day), days = ${wasThere('p.days', 'p.as_of_day - n.day')},
      as_of_week = greatest(p.as_of_week, n.week), weeks = ${wasThere('p.weeks', '(p.as_of_week - n.week) / 7')}
    when not matched then insert (edition, creator_id, model_id, payer_id, first_at, as_of_day, days, as_of_week, weeks)
      values (${edition}::int2, n.creator_id, n.model_id, n.payer_id, n.first_at, n.day, 1, n.week, 1)
    returning p.payer_id, n.day)
  ${sketched(sql`select ${NOBODY}::uuid as creator_id, ${NOBODY}::uuid as model_id, day, payer_id from changed`)}`;

/** Adds the payers of facts to the sketches of each model, by day. */
export const addSketches = (tx: Tx, where: RawBuilder<boolean>) =>
  sql`
    with seen as (
      select distinct creator_id, model_id, (ended_at at time zone 'UTC')::date as day, payer_id
      from analytics.fact where ${where} and ${PAYS})
    ${sketched(sql`select * from seen`)}
    select`.execute(tx);

/** What adds rows of payers to sketches. Adding them again changes nothing. */
function sketched(payers: RawBuilder<unknown>) {
  return sql`
    , new as materialized (
      select creator_id, model_id, day, ${REGISTER} as register, max(${sql.raw(RANK)}) as rank
      from (${payers}) p group by 1, 2, 3, 4)
    ${withOldSketches}`;
}

/** What is new is added to what was there; the joined bytes lie in memory, and are not fetched again for each register. */
export const withOldSketches = sql`
  , old as (
    select creator_id, model_id, day, get_byte(s.registers, i * 3) * 256 + get_byte(s.registers, i * 3 + 1) as register,
           get_byte(s.registers, i * 3 + 2) as rank
    from (
      select creator_id, model_id, day, s.registers || ''::bytea as registers
      from (select distinct creator_id, model_id, day from new) n join analytics.sketch s using (creator_id, model_id, day) offset 0) s
    cross join lateral generate_series(0, length(s.registers) / 3 - 1) i),
  sketched as (
    insert into analytics.sketch (creator_id, model_id, day, registers)
    select creator_id, model_id, day, string_agg(int2send(register::int2) || substring(int2send(rank::int2) from 2), '' order by register)
    from (select creator_id, model_id, day, register, max(rank) as rank from (select * from new union all select * from old) r group by 1, 2, 3, 4) r
    group by creator_id, model_id, day
    on conflict (creator_id, model_id, day) do update set registers = excluded.registers)`;
