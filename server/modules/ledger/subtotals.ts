import { sql } from 'kysely';
import type { Db, Tx } from '../../kit/database.ts';

/**
 * A subtotal is made for so many postings. Whoever asks what lies anywhere reads fewer than twice as many one by one,
 * which takes about a tenth of a second; each is some dozen rows that stay for ever.
 */
export const POSTINGS_A_SUBTOTAL = 20_000;

type Options = { postings?: number };

/** Whether there is enough for the next subtotal; asked before anything is locked. */
export async function needsAddingUp(
  db: Db,
  { postings = POSTINGS_A_SUBTOTAL }: Options = {},
): Promise<boolean> {
  const { rows } = await sql<{ enough: boolean }>`
    select exists (
      select from (select sum(n) over (order by id) as postings from ledger.batches
                   where id > (select coalesce(max(upto), 0) from ledger.subtotals)) b
      where postings >= ${postings}) as enough`.execute(db);
  return rows[0]?.enough ?? false;
}

/**
 * Makes the next subtotal, of nothing after the batch `upto`: all up to it must be there, so it was the newest one
 * while nobody posted. Answers whether there was enough for one.
 */
export async function addUp(
  tx: Tx,
  upto: bigint,
  { postings = POSTINGS_A_SUBTOTAL }: Options = {},
): Promise<boolean> {
  const { rows } = await sql<{ made: boolean }>`select ledger.add_up(${upto}, ${postings}) as made`.execute(
    tx,
  );
  return rows[0]?.made ?? false;
}

/** What a moment is counted from: 0 where there is no subtotal. */
export type Base = {
  upto: bigint;
  /** The last batch that the moment may have beyond it. */
  last: bigint;
  /** Between which batches those are that the subtotal has and the moment has not, their times being later; null: there is none. */
  ahead: { first: bigint; last: bigint } | null;
};

/**
 * The subtotal to count a moment from; null: now. What it has newly is all before the instant, so it is near the moment
 * however the clock went: what it has too much is known by the few subtotals before it that have later times.
 */
export async function subtotalAt(db: Db, moment: { before: Date; upto: bigint } | null): Promise<Base> {
  if (!moment) {
    const { rows } = await sql<{ upto: bigint }>`
      select coalesce(max(upto), 0) as upto from ledger.subtotals`.execute(db);
    return { upto: rows[0]?.upto ?? 0n, last: 0n, ahead: null };
  }
  const { before, upto } = moment;
  const { rows } = await sql<{
    upto: bigint;
    last: bigint;
    first_ahead: bigint | null;
    last_ahead: bigint | null;
  }>`
    with base as materialized (
      select coalesce(max(upto), 0) as upto from ledger.subtotals where upto <= ${upto} and latest < ${before}),
    spans as (select upto, latest, coalesce(lag(upto) over (order by upto), 0) as after from ledger.subtotals),
    ahead as (
      select min(b.id) as first, max(b.id) as last from spans s join ledger.batches b on b.id > s.after and b.id <= s.upto
      where s.upto <= (select base.upto from base) and s.latest >= ${before} and b.at >= ${before})
    select base.upto, ahead.first as first_ahead, ahead.last as last_ahead,
           coalesce((select max(id) from ledger.batches b where b.id > base.upto and b.id <= ${upto} and b.at < ${before}), base.upto) as last
    from base, ahead`.execute(db);
  const { first_ahead = null, last_ahead = null, ...base } = rows[0] ?? { upto: 0n, last: 0n };
  const ahead = first_ahead !== null && last_ahead !== null ? { first: first_ahead, last: last_ahead } : null;
  return { ...base, ahead };
}
