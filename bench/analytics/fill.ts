import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { DAY_MS, startOfDay, startOfMonth } from '../../server/kit/clock.ts';
import { FOLD_MAX } from '../../server/modules/analytics/index.ts';

/** So much falls to each of them, however many facts there are: at 20 million, 2,000 creators with 2 models each. */
const OF_A_CREATOR = 10_000;
const OF_A_MODEL = 5_000;
const OF_A_PAYER = 200;
const DAYS = 30;
const MINUTES_DAYS = 7;
/** Rows written in one statement: few, so that what two lanes write lies nearly in the order of time, as it comes. */
const CHUNK = 20_000;
const LANES = 2;

type Size = { facts: number; creators: number; models: number; payers: number; from: Date; to: Date };
type Ask = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;
export type Filled = { from: Date; to: Date; seconds: number };

/**
 * Generations that ended in the last 30 days, evenly and in the order of time, as facts, and what settling them would
 * have left behind for those who earned: their lines, and the accruals of the ledger by account, minute and slot. A
 * few models are used by many (the cube of a uniform draw), and whoever pays comes back to some eight models as a rule
 * (one in twenty is any model). 88 % succeed.
 *
 * Rows first, then the indexes over them, straight into the tables. Roll-ups are none of it: the product makes them of the
 * facts by `rebuild`, but for the minutes of the last week, which nothing makes again; here they are counted of the
 * facts by the rule of `addFacts`.
 */
export async function fill(url: string, facts: number, now: Date): Promise<Filled> {
  const began = performance.now();
  const to = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
  const from = new Date(to.getTime() - DAYS * DAY_MS);
  const of = (each: number) => Math.ceil(facts / each);
  const size = {
    facts,
    creators: of(OF_A_CREATOR),
    models: of(OF_A_MODEL),
    payers: of(OF_A_PAYER),
    from,
    to,
  };
  await withLanes(url, async ([ask, other]) => {
    // nobody waits for the disk meanwhile; what is measured does
    await ask('alter system set fsync = off');
    await ask('select pg_reload_conf()');
    await writePeople(ask, size);
    await writeFacts([ask, other], size);
    const lined = writeLines(other);
    await writeAccruals(ask);
    await writeMinutes(ask, new Date(startOfDay(to).getTime() - MINUTES_DAYS * DAY_MS));
    await lined;
    await ask(
      `update analytics.state set fold = $4::int8 + 1, folded = $4, folded_at = $1, summed_until = $2, sketched_until = $3`,
      [now, startOfDay(to), startOfDay(from), Math.ceil(facts / FOLD_MAX)],
    );
    const tables = await ask(
      `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace::regnamespace::text <> 'information_schema'
       order by relpages desc, name`,
    );
    await inLanes([ask, other], tables.rows, (lane, { name }: { name: string }) =>
      lane(`vacuum analyze ${name}`),
    );
    await ask('alter system reset fsync');
    await ask('select pg_reload_conf()');
    await ask('checkpoint');
  });
  return { from, to, seconds: (performance.now() - began) / 1000 };
}

async function withLanes(url: string, act: (lanes: [Ask, Ask]) => Promise<void>): Promise<void> {
  const clients = Array.from({ length: LANES }, () => new pg.Client(url));
  const [first, second] = await Promise.all(
    clients.map(async (client): Promise<Ask> => {
      await client.connect();
      for (const setting of [
        ...['synchronous_commit = off', 'jit = off', `work_mem = '256MB'`, `maintenance_work_mem = '1GB'`],
        'session_replication_role = replica', // no row is held against others: they are made to fit
      ])
        await client.query(`set ${setting}`);
      return (text, values = []) => client.query(text, values);
    }),
  );
  try {
    if (first && second) await act([first, second]);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** A number from 0 up to 1 that looks like chance and is the same each time. */
const draw = (of: string, seed: number) =>
  `((hashint8extended(${of}, ${seed}) & 1048575) / 1048576.0::float8)`;

async function writePeople(ask: Ask, { creators, models, payers, from: at }: Size): Promise<void> {
  await ask(
    `insert into identity.account (id, handle, email, display_name, created_at)
     select uuidv7(), kind || n, kind || n || '@example.org', initcap(kind) || n, $3
     from (select 'creator-' as kind, generate_series(0, $1 - 1) as n union all select 'payer-', generate_series(0, $2 - 1)) p`,
    [creators, payers, at],
  );
  await ask(
    `insert into registry.model (id, slug, title, modality, summary, description, creator_id, published_at)
     select uuidv7(), 'model-' || n, 'Model ' || n, 'image', '', '', a.id, $2
     from generate_series(0, $1 - 1) n join identity.account a on a.handle = 'creator-' || n / 2`,
    [models, at],
  );
  await ask(
    `insert into registry.release (id, model_id, version, digest, binding, files, input_schema, metering, price_class, licence, published_at)
     select uuidv7(), m.id, '1.0.0', 'sha256:' || m.id, f.binding, f.files, f.input_schema, f.metering, f.price_class, f.licence, $1
     from registry.model m, (select * from registry.release order by published_at, id limit 1) f where m.slug like 'model-%'`,
    [at],
  );
  await ask(
    `insert into program.agreement (id, model_id, creator_id, terms_version, share_ppm, accepted_at, in_force_from)
     select uuidv7(), m.id, m.creator_id, (select max(version) from program.terms), 700000, $1, $1 from registry.model m where m.slug like 'model-%'`,
    [at],
  );
  await ask('create schema filling; grant usage on schema filling to public');
  await ask(
    `create table filling.payer as select substr(handle, 7)::int4 as n, id from identity.account where handle like 'payer-%'`,
  );
  await ask(
    `create table filling.model as select substr(m.slug, 7)::int4 as n, m.id, r.id as release_id, m.creator_id
     from registry.model m join registry.release r on r.model_id = m.id where m.slug like 'model-%'`,
  );
  await ask('analyze filling.payer; analyze filling.model');
  // to which models each comes back, for those who are drawn later (facts.ts)
  await ask(
    `create table filling.favourite as
     select p.n as payer, place, floor($1::int4 * ${draw('(p.n::int8 * 8 + place)', 10)} ^ 3)::int4 as model
     from filling.payer p, generate_series(0, 7) place`,
    [models],
  );
  await ask('grant select on all tables in schema filling to public');
}

// facts ------------------------------------------------------------------------------------------------------------

async function writeFacts(lanes: Ask[], span: Size): Promise<void> {
  const months = [...new Set([span.from, span.to].map((at) => startOfMonth(at).toISOString()))];
  const [ask] = lanes;
  if (!ask) return;
  for (const month of months)
    await ask(
      `create table ${tableOf(month)} (like analytics.fact including defaults including constraints)`,
    );
  const wanted = months.flatMap((month) => pieces(month, span));
  await inLanes(lanes, wanted, (lane, piece) => lane(insertion(piece, span), [piece.first, piece.last]));
  const indexes = await ask(
    `select pg_get_indexdef(indexrelid) as made, indisprimary as is_key from pg_index where indrelid = 'analytics.fact'::regclass`,
  );
  const making = months.flatMap((month) =>
    indexes.rows.map(({ made, is_key }: { made: string; is_key: boolean }) =>
      is_key
        ? `alter table ${tableOf(month)} add primary key ${made.slice(made.lastIndexOf('('))}`
        : made.replace(/INDEX \S+ ON ONLY analytics\.fact/, `INDEX ON ${tableOf(month)}`),
    ),
  );
  await inLanes(lanes, making.toReversed(), (lane, text) => lane(text));
  for (const month of months)
    await ask(
      `alter table analytics.fact attach partition ${tableOf(month)}
       for values from ('${month}') to ('${startOfMonth(new Date(Date.parse(month) + 32 * DAY_MS)).toISOString()}')`,
    );
  await ask(`create trigger fact_append_only before update or delete or truncate on ${tableOf(months[0] ?? '')}
    for each statement execute function kit.refuse_change()`).catch(() => {});
}

const tableOf = (month: string) => `analytics.fact_${month.slice(0, 7).replace('-', '_')}`;

type Piece = { month: string; first: number; last: number };

/** The facts of a month, by their numbers. */
function pieces(month: string, { facts, from, to }: Size): Piece[] {
  const length = to.getTime() - from.getTime();
  const numberAt = (at: number) =>
    Math.min(facts, Math.max(0, Math.ceil(((at - from.getTime()) / length) * facts)));
  const begins = numberAt(Date.parse(month));
  const ends = numberAt(startOfMonth(new Date(Date.parse(month) + 32 * DAY_MS)).getTime());
  const made: Piece[] = [];
  for (let first = begins; first < ends; first += CHUNK)
    made.push({ month, first, last: Math.min(ends, first + CHUNK) - 1 });
  return made;
}

const insertion = ({ month }: Piece, { facts, models, payers, from, to }: Size) => `
  insert into ${tableOf(month)} (generation_id, ended_at, fold, began_at, model_id, release_id, creator_id, payer_id, price_micros,
    promo_micros, paid_micros, queue_ms, total_ms, related, follower, run_ms, outcome, reason, source, earner_ids, earner_roles,
    earned_paid_micros, earned_promo_micros, via, modality, region, settings)
  select uuidv7(ended_at - clock_timestamp()), ended_at, 1 + x.n / ${FOLD_MAX}, ended_at - make_interval(secs => (queue_ms + run_ms + 40) / 1000.0), m.id, m.release_id, m.creator_id, p.id, 1000000,
    case when succeeded then promo else 0 end, case when succeeded then 1000000 - promo else 0 end, queue_ms, queue_ms + run_ms + 40,
    related, follower, case when succeeded then run_ms end,
    case when succeeded then 'succeeded' when fate < 0.96 then 'failed' when fate < 0.99 then 'cancelled' else 'expired' end,
    case when succeeded then null when fate < 0.94 then 'model_error' when fate < 0.96 then 'runner_lost' when fate >= 0.99 then 'unknown' end,
    case when follower then 'follow' when fate < 0.2 then 'slot' else 'direct' end,
    case when earns then array[m.creator_id] else '{}' end, case when earns then array['creator'] else '{}' end,
    case when earns then array[700000 - promo * 7 / 10] else '{}' end, case when earns then array[promo * 7 / 10] else '{}' end,
    'page', 'image', (array['europe', 'america', 'asia', null])[1 + x.n % 4],
    array['width=512', 'steps=' || 10 * (1 + x.n % 4)]
  from (
    select *, succeeded and not related as earns from (
      select n, '${from.toISOString()}'::timestamptz + make_interval(secs => n * ${(to.getTime() - from.getTime()) / 1000 / facts}::float8) as ended_at,
        ${among(payers, draw('n', 1))} as payer, ${modelOf(models, among(payers, draw('n', 1)))} as model,
        ${draw('n', 5)} as fate, ${draw('n', 5)} < 0.88 as succeeded, ${draw('n', 6)} < 0.03 as related, ${draw('n', 7)} < 0.15 as follower,
        (array[0, 0, 0, 250000, 1000000])[1 + n % 5]::int8 as promo,
        (20 * exp(${draw('n', 8)} * 6))::int8 as queue_ms, (400 * exp(${draw('n', 9)} * 4))::int8 as run_ms
      from generate_series($1::int8, $2::int8) n) drawn) x
  join filling.payer p on p.n = x.payer join filling.model m on m.n = x.model
  order by x.n`;

const among = (all: number, drawn: string) => `floor(${all} * ${drawn})::int4`;

/** One of the eight that a payer comes back to, the first of them most often; or any. */
const modelOf = (models: number, payer: string) => `
  floor(${models} * (case when ${draw('n', 2)} < 0.05 then ${draw('n', 3)}
    else ${draw(`(${payer}::int8 * 8 + floor(8 * ${draw('n', 4)} ^ 2)::int8)`, 10)} end) ^ 3)::int4`;

async function inLanes<T>(
  lanes: readonly Ask[],
  items: readonly T[],
  act: (lane: Ask, item: T) => Promise<unknown>,
) {
  const queue = [...items];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(lane, item);
    }),
  );
}

// what belongs to them -----------------------------------------------------------------------------------------

async function writeMinutes(ask: Ask, from: Date): Promise<void> {
  await ask(
    `insert into analytics.usage_minute (creator_id, model_id, at, release_id, succeeded, failed, cancelled, expired, related,
       promo_micros, paid_micros, queue_ms, run_ms, refunds, refunded_promo_micros, refunded_paid_micros)
     select creator_id, any_value(model_id), date_bin('1 minute', ended_at, '2000-01-01Z'), release_id,
       count(*) filter (where outcome = 'succeeded'), count(*) filter (where outcome = 'failed'), count(*) filter (where outcome = 'cancelled'),
       count(*) filter (where outcome = 'expired'), count(*) filter (where related and outcome = 'succeeded'), sum(promo_micros),
       sum(paid_micros), sum(queue_ms), coalesce(sum(run_ms), 0), 0, 0, 0
     from analytics.fact where ended_at >= $1 group by creator_id, release_id, 3`,
    [from],
  );
  const ofAll = new URL('../../server/modules/analytics/migrations/0015-minutes-of-all.sql', import.meta.url);
  await ask(await readFile(ofAll, 'utf8'));
  await ask('update analytics.state set minutes_from = $1', [from]);
}

/** The lines first, and then the index over them as the product has it. */
async function writeLines(ask: Ask): Promise<void> {
  const { rows } = await ask(`select pg_get_indexdef('earnings.line_of_person'::regclass) as made`);
  await ask('drop index earnings.line_of_person');
  await ask(
    `insert into earnings.line (generation_id, person_id, role, model_id, settled_at, matures_day, price_micros, amount_micros, pending_micros, vesting_micros)
     select generation_id, creator_id, 'creator', model_id, ended_at, (ended_at at time zone 'UTC')::date, price_micros,
       earned_paid_micros[1] + earned_promo_micros[1], earned_paid_micros[1], earned_promo_micros[1]
     from analytics.fact where cardinality(earner_ids) = 1`,
  );
  for (const { made } of rows) await ask(made);
}

/** Accounts by day, as the chart of accounts names them. Nobody checks their chain here. */
async function writeAccruals(ask: Ask): Promise<void> {
  await ask(
    `insert into ledger.account (id, key, series, day, number, hash)
     select 1 - 4 * nextval('ledger.account_number'), series || ':' || to_char(day, 'YYYY-MM-DD'), series, day,
       (select max(number) from ledger.account) + row_number() over (), ''
     from (
       select 'creator:' || creator_id || ':' || kind as series, day
       from (select distinct creator_id, (ended_at at time zone 'UTC')::date as day from analytics.fact where cardinality(earner_ids) = 1) d,
         unnest(array['pending', 'vesting']) kind) a`,
  );
  await ask(
    `create table filling.account as
     select split_part(series, ':', 2)::uuid as creator_id, split_part(series, ':', 3) as kind, day, id from ledger.account where id < 0 and series like 'creator:%'`,
  );
  await ask('analyze filling.account; analyze ledger.account');
  await ask(
    `insert into ledger.accrual (account_id, minute, slot, delta, n)
     select id, minute, slot, sum(delta), count(*) from (
       select creator_id, (ended_at at time zone 'UTC')::date as day, (extract(epoch from ended_at) / 60)::int8 - (extract(second from ended_at) >= 30)::int4 as minute,
         get_byte(uuid_send(payer_id), 15) % 2 as slot, earned_paid_micros[1] as pending, earned_promo_micros[1] as vesting
       from analytics.fact where cardinality(earner_ids) = 1 offset 0) f
     cross join lateral (values ('pending', pending), ('vesting', vesting)) k(kind, delta)
     join filling.account using (creator_id, kind, day)
     where delta > 0 group by id, minute, slot order by 1, 2, 3`,
  );
}
