import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';

/** What some places gained in a step, and what left them by postings of the kinds that were left out. */
export type Gain = { gained: bigint; left: bigint };

type Places = { keys: readonly string[]; series: readonly string[] };

/** What lay in accounts and series before the first of some instants and before the last, and what they gained in between. */
export type Sides = {
  opening: ReadonlyMap<string, bigint>;
  closing: ReadonlyMap<string, bigint>;
  moves: Gain[];
};

/**
 * Both ends of a time and its steps, of which each row is read once. What lay is not made of what was gained: of a guarded
 * account it is its balance, less what came after. `edges` and `leaving` as below.
 */
export async function lyingAndGained(
  db: Db,
  { keys, series }: Places,
  edges: readonly Date[],
  leaving: string,
): Promise<Sides> {
  const minutes = edges.map(minuteOf);
  const { rows } = await sql<{ name: string; step: number | null; amount: bigint; left: bigint }>`
    with wanted as materialized (
      select id, coalesce(series, key) as name from ledger.accounts where key = any(${[...keys]}) or series = any(${[...series]}))
    select name, step, sum(amount)::int8 as amount, sum(left_by)::int8 as left from (
      select w.name, width_bucket(x.minute, ${minutes}::int4[]) as step, x.delta as amount, 0::int8 as left_by
      from wanted w join ledger.accruals x on x.account_id = w.id where x.minute < ${minutes.at(-1) ?? 0}
      union all
      select w.name, null, b.posted, 0 from wanted w join ledger.balances b on b.account_id = w.id
      union all
      select w.name, width_bucket(b.at, ${[...edges]}::timestamptz[]), j.amt0, case when j.kind like ${leaving} then -j.amt0 else 0 end
      from wanted w join ledger.rows j on j.acc0 = w.id join ledger.batches b on b.id = j.seq >> 20
      where w.id > 0 and b.at >= ${edges[0]}) moved
    group by name, step`.execute(db);
  const balances = new Map(rows.flatMap(({ name, step, amount }) => (step === null ? [[name, amount]] : [])));
  const lay = (upto: number) =>
    new Map(
      [...Map.groupBy(rows, ({ name }) => name)].map(([name, its]) => {
        const posted = balances.get(name);
        const within = (is_asked: (step: number) => boolean) =>
          its.reduce((sum, { step, amount }) => (step !== null && is_asked(step) ? sum + amount : sum), 0n);
        return [
          name,
          posted === undefined ? within((step) => step <= upto) : posted - within((step) => step > upto),
        ];
      }),
    );
  const bySteps = Map.groupBy(rows, ({ step }) => step);
  return {
    opening: lay(0),
    closing: lay(edges.length - 1),
    moves: edges.slice(1).map((_, place) => {
      const its = bySteps.get(place + 1) ?? [];
      const left = its.reduce((sum, row) => sum + row.left, 0n);
      return { gained: its.reduce((sum, { amount }) => sum + amount, left), left };
    }),
  };
}

const minuteOf = (edge: Date): number => Math.floor(edge.getTime() / 60_000);

/**
 * What each of many gained between `edges`, step by step: instants of whole minutes. Money that only went from one of
 * its accounts and series to another was not gained. What postings of kinds like `leaving` moved is told apart.
 */
export async function gainedByEach(
  db: Db,
  all: readonly Places[],
  edges: readonly Date[],
  leaving: string,
): Promise<Gain[][]> {
  const minutes = edges.map(minuteOf);
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
