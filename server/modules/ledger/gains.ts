import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';

/** What some places gained in a step, and what left them by postings of the kinds that were left out. */
export type Gain = { gained: bigint; left: bigint };

type Places = { keys: readonly string[]; series: readonly string[] };

/**
 * What accounts and series gained together between `edges`, step by step: instants of whole minutes. Money that only
 * went from one of them to another was not gained. What postings of kinds like `leaving` moved is told apart.
 */
export async function gainedBetween(
  db: Db,
  which: Places,
  edges: readonly Date[],
  leaving: string,
): Promise<Gain[]> {
  const [gains = []] = await gainedByEach(db, [which], edges, leaving);
  return gains;
}

/** The same of many, each by itself. */
export async function gainedByEach(
  db: Db,
  all: readonly Places[],
  edges: readonly Date[],
  leaving: string,
): Promise<Gain[][]> {
  const minutes = edges.map((edge) => Math.floor(edge.getTime() / 60_000));
  const [first, last] = [minutes[0] ?? 0, minutes.at(-1) ?? 0];
  const [from, to] = [new Date(first * 60_000), new Date(last * 60_000)];
  const keys = all.flatMap((one, whose) => one.keys.map((name) => ({ whose, name })));
  const series = all.flatMap((one, whose) => one.series.map((name) => ({ whose, name })));
  const { rows } = await sql<{ whose: number; step: number; gained: bigint; left: bigint }>`
    with wanted as materialized (
      select n.whose, a.id from ${named(keys)} join ledger.accounts a on a.key = n.name
      union
      select n.whose, a.id from ${named(series)} join ledger.accounts a on a.series = n.name)
    select whose, step, sum(gained)::int8 as gained, sum(left_by)::int8 as left from (
      select w.whose, width_bucket(x.minute, ${minutes}::int4[]) as step, x.delta as gained, 0::int8 as left_by
      from wanted w join ledger.accruals x on x.account_id = w.id
      where x.minute >= ${first} and x.minute < ${last}
      union all
      select w.whose, width_bucket(b.at, ${[...edges]}::timestamptz[]), case when j.kind like ${leaving} then 0 else j.amt0 end,
             case when j.kind like ${leaving} then -j.amt0 else 0 end
      from wanted w join ledger.rows j on j.acc0 = w.id join ledger.batches b on b.id = j.seq >> 20
      where w.id > 0 and b.at >= ${from} and b.at < ${to}) moved
    group by whose, step`.execute(db);
  const found = new Map(rows.map(({ whose, step, ...gain }) => [`${whose} ${step}`, gain]));
  return all.map((_, whose) =>
    edges.slice(1).map((_, place) => found.get(`${whose} ${place + 1}`) ?? { gained: 0n, left: 0n }),
  );
}

const named = (places: readonly { whose: number; name: string }[]) =>
  sql`unnest(${places.map(({ whose }) => whose)}::int4[], ${places.map(({ name }) => name)}::text[]) n(whose, name)`;
