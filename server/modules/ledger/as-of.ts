import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import { PLANNED_EACH_TIME } from '../../kit/prepared.ts';
import type { Asset } from './ledger.ts';
import { subtotalAt } from './subtotals.ts';

/**
 * What had been posted before an instant. An act takes its time when it begins, so a batch may commit a little
 * after the time that it bears; `upto` is the newest batch that counts, and what came later with an earlier time
 * does not. So a moment that was once told with its batch says the same for ever.
 */
export type Moment = {
  before: Date;
  upto: bigint;
  /** No batch before this one is left out. */
  from: bigint;
};

/** The largest int8 that is still a batch. */
export const NO_BATCH_LATER = 2n ** 42n;

/** The moment before an instant, as the ledger knew it when `upto` was its newest batch. */
export async function momentBefore(db: Db, before: Date, upto = NO_BATCH_LATER): Promise<Moment> {
  // what subtotals of earlier times have need not be looked at
  const { rows } = await sql<{ from: bigint }>`
    with known as materialized (
      select coalesce(max(upto), 0) as upto from ledger.subtotals
      where upto < coalesce((select min(upto) from ledger.subtotals where latest >= ${before}), ${NO_BATCH_LATER}))
    select least((select id from ledger.batches where id > (select known.upto from known) and at >= ${before} order by id limit 1),
                 (select min(id) from ledger.batches where id > ${upto}), ${NO_BATCH_LATER}::int8) as from`.execute(
    db,
  );
  return { before, upto, from: rows[0]?.from ?? NO_BATCH_LATER };
}

/** The newest batch. Under the ledger's lock there is none that is older and not yet to be seen. */
export async function newestBatch(
  db: Db,
  moment: Moment | null = null,
): Promise<{ id: bigint; at: Date; hash: string } | null> {
  const { rows } = await sql<{ id: bigint; at: Date; hash: Buffer }>`
    select id, at, hash from ledger.batches
    where ${moment === null} or (at < ${moment?.before ?? null}::timestamptz and id <= ${moment?.upto ?? null}::int8)
    order by id desc limit 1`.execute(db);
  const [newest] = rows;
  return newest ? { ...newest, hash: newest.hash.toString('hex') } : null;
}

/** When anything was posted first. */
export async function firstPosted(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`select min(at) as at from ledger.batches`.execute(db);
  return rows[0]?.at ?? null;
}

/** How many batches and postings there are after the batch `since`; of a moment, those that it has of them. */
export async function counted(
  db: Db,
  since: bigint,
  moment: Moment | null = null,
): Promise<{ batches: bigint; postings: bigint }> {
  const { rows } = await sql<{ batches: bigint; postings: bigint }>`
    select count(*) as batches, coalesce(sum(n), 0)::int8 as postings from ledger.batches
    where id > ${since} and (${moment === null} or (at < ${moment?.before ?? null}::timestamptz and id <= ${moment?.upto ?? null}::int8))`.execute(
    db,
  );
  return rows[0] ?? { batches: 0n, postings: 0n };
}

/** What is set aside of all guarded accounts now. */
export async function heldInAll(db: Db): Promise<bigint> {
  const { rows } = await sql<{ held: bigint }>`
    select coalesce(sum(held), 0)::int8 as held from ledger.balances`.execute(db);
  return rows[0]?.held ?? 0n;
}

/** What lies in some accounts together, under the name that they were asked for by. */
export type Lying = { name: string; asset: Asset; amount: bigint };

/** What lies in these accounts and series, each by itself, those with nothing left out; null: now. */
export const lyingIn = (
  db: Db,
  which: { keys?: readonly string[]; series?: readonly string[] },
  moment: Moment | null,
): Promise<Lying[]> =>
  lying(
    db,
    sql`select id, coalesce(series, key) as name, asset from ledger.accounts
        where key = any(${[...(which.keys ?? [])]}) or series = any(${[...(which.series ?? [])]})`,
    moment,
  );

/** The same of every account whose key is like one of these patterns. */
export const lyingLike = (db: Db, patterns: readonly string[], moment: Moment | null): Promise<Lying[]> =>
  lying(
    db,
    sql`select id, coalesce(series, key) as name, asset from ledger.accounts where key like any(${[...patterns]})`,
    moment,
  );

/**
 * What lies in every family of accounts: an account belongs to the first whose pattern it is like, else to `rest`. It
 * is the last subtotal before the moment and the rows since, so it takes as long however much was ever posted.
 */
export async function lyingByFamily(
  db: Db,
  families: readonly { name: string; like: string }[],
  rest: string,
  moment: Moment | null,
): Promise<Lying[]> {
  assert(
    families.every(({ like }) => OF_WORDS.test(like)),
    'a pattern is of whole words: then a shape is like it where its accounts are',
  );
  const base = await subtotalAt(db, moment);
  const since = moment
    ? [
        sql`${legs} join ledger.batches b on b.id = j.seq >> 20
            where ${isLeg} and j.seq >= ${seqOf(base.upto + 1n)} and j.seq < ${seqOf(base.last + 1n)}
              and b.id <= ${moment.upto} and b.at < ${moment.before}`,
        ...(base.ahead
          ? [
              sql`${legsBack} join ledger.batches b on b.id = j.seq >> 20
            where ${isLeg} and j.seq >= ${seqOf(base.ahead.first)} and j.seq < ${seqOf(base.ahead.last + 1n)}
              and b.id <= ${base.upto} and b.at >= ${moment.before}`,
            ]
          : []),
      ]
    : [sql`${legs} where ${isLeg} and j.seq >= ${seqOf(base.upto + 1n)}`];
  const cases = families.map(({ name, like }) => sql`when key like ${like} then ${name}`);
  const { rows } = await sql<Lying>`${sql.raw(PLANNED_EACH_TIME)}
    with since as (
      select account_id, sum(amount)::int8 as amount from (${sql.join(since, sql` union all `)}) m group by account_id),
    found as (
      select shape as key, asset, amount from ledger.subtotal_lines where upto = ${base.upto}
      union all select a.key, a.asset, s.amount from since s join ledger.accounts a on a.id = s.account_id)
    select case ${sql.join(cases, sql` `)} else ${rest} end as name, asset, sum(amount)::int8 as amount
    from found group by 1, 2 having sum(amount) <> 0 order by 1, 2`.execute(db);
  return rows;
}

const OF_WORDS = /^(%|[A-Za-z-]+)(:(%|[A-Za-z-]+))*$/;

const legsOf = (amount: RawBuilder<unknown>) => sql`
  select l.account_id, ${amount} as amount from ledger.rows j
  cross join lateral (values (j.acc0, j.amt0), (j.acc1, j.amt1), (j.acc2, j.amt2),
                             (j.acc3, j.amt3), (j.acc4, j.amt4), (j.acc5, j.amt5)) l(account_id, amount)`;
const legs = legsOf(sql`l.amount`);
const legsBack = legsOf(sql`-l.amount`);
const isLeg = sql`l.account_id is not null`;
const seqOf = (batch: bigint) => sql`${batch << 20n}::int8`;

/**
 * Balances as they are, less what came after the moment: so nothing depends on the order in which batches bear
 * their times. Minutes that are over are taken from the accruals, the one under way from its rows.
 */
async function lying(db: Db, wanted: RawBuilder<unknown>, moment: Moment | null): Promise<Lying[]> {
  const { rows } = await sql<Lying>`
    with wanted as materialized (${wanted}), ${moment === null ? asTheyAre : before(moment)}
    select w.name, w.asset, sum(m.amount)::int8 as amount from moved m join wanted w on w.id = m.account_id
    group by w.name, w.asset having sum(m.amount) <> 0 order by w.name`.execute(db);
  return rows;
}

const asTheyAre = sql`moved as (
  select account_id, posted as amount from ledger.balances where account_id in (select id from wanted)
  union all select account_id, delta from ledger.accruals where account_id in (select id from wanted))`;

/** `odd` are the batches whose minute alone does not tell whether they count: of the minute under way, and too late. */
function before({ before: at, upto, from }: Moment): RawBuilder<unknown> {
  const minute = Math.floor(at.getTime() / 60_000);
  const minute_began = new Date(minute * 60_000);
  return sql`odd as materialized (
      select id, 1 as times from ledger.batches where at >= ${minute_began} and at < ${at} and id <= ${upto}
      union all select id, -1 from ledger.batches where at < ${minute_began} and id > ${upto}),
    moved as (
      select account_id, posted as amount from ledger.balances
      union all
      select j.acc0, -j.amt0 from ledger.rows j join ledger.batches b on b.id = j.seq >> 20
      where j.acc0 > 0 and j.seq >= ${from}::int8 << 20 and (b.at >= ${at} or b.id > ${upto}) and j.acc0 in (select id from wanted)
      union all
      select account_id, delta from ledger.accruals where minute < ${minute} and account_id in (select id from wanted)
      union all
      select e.account_id, odd.times * e.amount from odd join ledger.entries e on e.batch_id = odd.id
      where e.account_id < 0 and e.account_id in (select id from wanted)
        and e.seq >= (select min(id) from odd) << 20 and e.seq < ((select max(id) from odd) + 1) << 20)`;
}

/** What was posted in an interval: all of its end that its beginning has not. */
export type Span = { from: Moment; to: Moment };

export type EntryOfAccount = {
  seq: bigint;
  id: string;
  kind: string;
  memo: string | null;
  at: Date;
  key: string;
  series: string | null;
  day: string | null;
  amount: bigint;
};

const inSpan = ({ from, to }: Span) => sql`
  b.at < ${to.before} and b.id <= ${to.upto} and (b.at >= ${from.before} or b.id > ${from.upto})`;
const ofEntry = sql`a.key, a.series, a.day::text as day, b.at`;

/** Everything that moved on guarded accounts in a span. */
export async function guardedEntries(db: Db, keys: readonly string[], span: Span): Promise<EntryOfAccount[]> {
  const { rows } = await sql<EntryOfAccount>`
    select j.seq, j.id, j.kind, j.memo, j.amt0 as amount, ${ofEntry}
    from ledger.accounts a join ledger.rows j on j.acc0 = a.id join ledger.batches b on b.id = j.seq >> 20
    where a.key = any(${[...keys]}) and a.guarded and j.seq >= ${span.from.from}::int8 << 20 and ${inSpan(span)}`.execute(
    db,
  );
  return rows;
}

/** What these causes moved on accruing accounts in a span. */
export async function accruingEntries(
  db: Db,
  causes: readonly string[],
  which: { keys: readonly string[]; series: readonly string[] },
  span: Span,
): Promise<EntryOfAccount[]> {
  const { rows } = await sql<EntryOfAccount>`
    with wanted as materialized (
      select * from ledger.accounts a where not guarded and (key = any(${[...which.keys]}) or series = any(${[...which.series]})))
    select e.seq, e.id, e.kind, e.memo, e.amount, ${ofEntry}
    from ledger.entries e join ledger.batches b on b.id = e.batch_id join wanted a on a.id = e.account_id
    where e.id = any(${[...causes]}::uuid[]) and ${inSpan(span)}`.execute(db);
  return rows;
}

/** Guarded accounts that others gave to by postings of a kind, and who that was. */
export async function giversBy(
  db: Db,
  kind: string,
  which: { givers: readonly string[] } | { taker_like: string },
): Promise<Map<string, string>> {
  const wanted =
    'givers' in which ? sql`g.key = any(${[...which.givers]})` : sql`t.key like ${which.taker_like}`;
  const { rows } = await sql<{ giver: string; taker: string }>`
    select distinct g.key as giver, t.key as taker
    from ledger.accounts g join ledger.rows j on j.acc0 = g.id and j.kind = ${kind} and j.amt0 < 0
    join ledger.rows o on o.id = j.id and o.kind = ${kind} and o.acc0 > 0 and o.amt0 > 0
    join ledger.accounts t on t.id = o.acc0
    where ${wanted}`.execute(db);
  return new Map(rows.map(({ giver, taker }) => [taker, giver]));
}

/** The earliest time that anything in a span bears: its beginning, unless something came too late for what was before. */
export async function earliestIn(db: Db, { from, to }: Span): Promise<Date> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(at) as at from ledger.batches where id > ${from.upto} and id <= ${to.upto} and at < ${from.before}`.execute(
    db,
  );
  return rows[0]?.at ?? from.before;
}

/** Accounts and series on which anything moved in a span. */
export async function movedIn(db: Db, span: Span, patterns: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct coalesce(a.series, a.key) as name
    from ledger.entries e join ledger.batches b on b.id = e.batch_id join ledger.accounts a on a.id = e.account_id
    where e.seq >= ${span.from.from}::int8 << 20 and ${inSpan(span)} and a.key like any(${[...patterns]})`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}
