import { type Kysely, type RawBuilder, sql } from 'kysely';
import { startOfDay } from '../../kit/clock.ts';
import type { DB, Tx } from '../../kit/database.ts';
import { NOBODY } from './fact.ts';
import { makesRollups } from './fold.ts';
import { MASK, MONDAY, mondayOf, PAYS, RANK, REGISTER, REMEMBERED, withOldSketches } from './rollups.ts';

/** Pages of those seen that are added in one transaction: some 20,000 people. */
const PAGES = 300;

/**
 * Adds everybody who paid in some time to an edition, which a rebuild does otherwise than folds: these ask for each day
 * of each payer whether it is known, and here each payer comes once. Whom there is, is counted first, into a table of
 * this connection's own: as long as that only reads it holds nobody up, however long it takes. `to` is no more than
 * `REMEMBERED` days after `from`.
 */
export async function addPeopleAgain(
  db: Kysely<DB>,
  edition: number,
  { from, to, upto }: { from: Date; to: Date; upto: bigint },
): Promise<void> {
  const last = startOfDay(new Date(to.getTime() - 1));
  const once = (act: (tx: Tx) => Promise<unknown>) =>
    db.transaction().execute(async (tx) => {
      await makesRollups(tx, '256MB');
      await act(tx);
    });
  await sql`create temp table seen (creator_id uuid, model_id uuid, payer_id uuid, first_at timestamptz, last_day date, days int8, weeks int8)`.execute(
    db,
  );
  try {
    await once((tx) =>
      sql`
        insert into seen select * from (
          select creator_id, model_id, payer_id, min(ended_at), max(day), bit_or(1::int8 << (${date(last)} - day)),
            bit_or(1::int8 << ((${date(mondayOf(last))} - ${MONDAY('day')}) / 7))
          from (select creator_id, model_id, payer_id, ended_at, (ended_at at time zone 'UTC')::date as day from analytics.fact
            where ended_at >= ${from} and ended_at < ${to} and fold + 0 <= ${upto} and ${PAYS} offset 0) f
          group by 1, 2, 3 offset 0) known
        -- so that the people of a creator lie together
        order by 1, 2, 3`.execute(tx),
    );
    for (let page = 0; await exists(db, page); page += PAGES)
      await once((tx) => addSeen(tx, edition, last, page));
    await once((tx) => sketchAgain(tx, startOfDay(from), last));
  } finally {
    await sql`drop table seen`.execute(db);
  }
}

const date = (at: Date) => sql`${at.toISOString().slice(0, 10)}::date`;
const place = (page: number) => sql`${`(${page},0)`}::tid`;

async function exists(db: Kysely<DB>, page: number): Promise<boolean> {
  const { rows } = await sql`select from seen where ctid >= ${place(page)} limit 1`.execute(db);
  return rows.length > 0;
}

/** Each is seen from their own last day, as folds leave it. Who is there already was there before, or came in months whose facts were given away. */
async function addSeen(tx: Tx, edition: number, last: Date, page: number): Promise<void> {
  const both = (bits: string, as_of: string, step: number): RawBuilder<unknown> => {
    const seen_from = (whose: string) =>
      sql`(greatest(p.${sql.raw(as_of)}, excluded.${sql.raw(as_of)}) - ${sql.raw(`${whose}.${as_of}`)}) / ${sql.lit(step)}`;
    const shifted = (whose: string) => sql`case when ${seen_from(whose)} >= ${sql.lit(REMEMBERED)} then 0
      else (${sql.raw(`${whose}.${bits}`)} << (${seen_from(whose)})) & ${MASK} end`;
    return sql`${shifted('p')} | ${shifted('excluded')}`;
  };
  await sql`
    insert into analytics.payer as p (edition, creator_id, model_id, payer_id, first_at, as_of_day, days, as_of_week, weeks)
    select ${edition}::int2, creator_id, model_id, payer_id, first_at, last_day, days >> (${date(last)} - last_day),
      ${MONDAY('last_day')}, weeks >> ((${date(mondayOf(last))} - ${MONDAY('last_day')}) / 7)
    from seen where ctid >= ${place(page)} and ctid < ${place(page + PAGES)}
    on conflict (creator_id, model_id, payer_id, edition) do update set
      first_at = least(p.first_at, excluded.first_at),
      as_of_day = greatest(p.as_of_day, excluded.as_of_day), days = ${both('days', 'as_of_day', 1)},
      as_of_week = greatest(p.as_of_week, excluded.as_of_week), weeks = ${both('weeks', 'as_of_week', 7)}`.execute(
    tx,
  );
}

/** The sketches of all of these days: each payer is put in their place once, whatever the number of days. */
const sketchAgain = (tx: Tx, first: Date, last: Date) =>
  sql`
  with there as (
    select register, rank, bit_or(days) as days from (
      select ${REGISTER} as register, ${sql.raw(RANK)} as rank, days from (
        select payer_id, bit_or(days) as days from seen group by 1) p) r
    group by 1, 2),
  new as materialized (
    select ${NOBODY}::uuid as creator_id, ${NOBODY}::uuid as model_id, ${date(last)} - back as day, register, max(rank) as rank
    from there cross join generate_series(0, ${date(last)} - ${date(first)}) back
    where days & (1::int8 << back) <> 0 group by 3, 4)
  ${withOldSketches}
  select`.execute(tx);
