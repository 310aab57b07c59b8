import { newId } from '../../server/ids.ts';
import { foldingOf } from '../../server/flows/fold-usage.ts';
import { startLoop } from '../../server/kit/loop.ts';
import { deliver, newsEnd, register } from '../../server/kit/outbox.ts';
import { EVERYBODY, usageOf } from '../../server/modules/analytics/index.ts';
import { newsToFacts } from '../../server/subscribers/news-to-facts.ts';
import { quantile } from '../quantile.ts';
import { drawUse, peopleOf, type People } from './facts.ts';
import type { World } from './world.ts';

const PER_S = 5_000;
const EVERY_MS = 50;
const SECONDS = 20;
const WARM_UP_S = 4;
/** A look counts all that is not folded, as a page of operators would: more of them would be what is measured. */
const LOOK_EVERY_MS = 100;
const FOLD_POLL_MS = 1_000;

export type Freshness = { p50_ms: number; p99_ms: number; max_ms: number; per_s: number };
type Settled = { n: number; all: number; at: number };

/**
 * How long it takes from the commit that settles generations until the product's own reader counts them, at 5,000 a
 * second. What settling leaves behind (jobs that ended, lines, news) is written as it leaves it, in one transaction for
 * what comes in 50 ms; how quickly money itself is posted is a matter of the ledger's bench. Counted and folded it is by
 * the loops of the product; its other subscribers are not there.
 */
export async function freshness(world: World): Promise<Freshness> {
  const { context } = world;
  const { database, db, wake, log } = context;
  const people = await peopleOf(db);
  await register(database, newsToFacts);
  const { xid, id } = await newsEnd(db);
  await world.ask(`update kit.subscriber set xid = $1::xid8, id = $2 where name = $3`, [
    xid,
    id,
    newsToFacts.name,
  ]);
  const counter = startLoop({
    ...{ name: 'counter', poll_ms: 1_000, log, gather_ms: newsToFacts.gather_ms ?? 0 },
    wake: (heard) => wake.on('news', heard),
    step: () => deliver(database, newsToFacts),
  });
  const fold = foldingOf(context);
  const folder = startLoop({
    ...{ name: 'folds', poll_ms: FOLD_POLL_MS, log, wake: () => () => {} },
    step: () => fold().then(() => 0),
  });
  const settled: Settled[] = [];
  const seen: { all: number; at: number }[] = [];
  const before = await countedBy(world);
  const begun = performance.now();
  const settling = settleEverySoOften(world, people, { begun, settled });
  let all = 0;
  settling.catch(() => {});
  for (const end = begun + (SECONDS + 30) * 1_000; performance.now() < end;) {
    all = (await countedBy(world)) - before;
    seen.push({ all, at: performance.now() });
    if (performance.now() - begun > SECONDS * 1_000 && all >= (settled.at(-1)?.all ?? 0)) break;
    await new Promise((rest) => setTimeout(rest, LOOK_EVERY_MS));
  }
  await settling;
  await Promise.all([counter.stop(), folder.stop()]);
  const waits = waitsOf(settled, seen, begun + WARM_UP_S * 1_000);
  return {
    p50_ms: quantile(waits, 0.5),
    p99_ms: quantile(waits, 0.99),
    max_ms: quantile(waits, 1),
    per_s: all / (((settled.at(-1)?.at ?? 0) - begun) / 1_000),
  };
}

/** All there are since the fill ended, as the platform's page asks for them: nothing falls out of that time meanwhile. */
async function countedBy({ context: { db, clock }, filled }: World): Promise<number> {
  const cuts = [filled.to, new Date(clock.now().getTime() + 60_000)];
  const [row] = await usageOf(db, { of: EVERYBODY, cuts });
  return row ? row.succeeded + row.failed + row.cancelled + row.expired : 0;
}

/** By the clock, whether or not what came before was counted. */
async function settleEverySoOften(
  world: World,
  people: People,
  { begun, settled }: { begun: number; settled: Settled[] },
): Promise<void> {
  let all = 0;
  while (all < PER_S * SECONDS) {
    const due = Math.min(PER_S * SECONDS, Math.floor(((performance.now() - begun) / 1_000) * PER_S));
    if (due > all) {
      const n = due - all;
      await settle(world, people, n);
      all = due;
      settled.push({ n, all, at: performance.now() });
      world.context.wake.send('news');
    }
    await new Promise((rest) => setTimeout(rest, EVERY_MS));
  }
}

async function settle({ ask }: World, people: People, n: number): Promise<void> {
  const at = new Date();
  const uses = Array.from({ length: n }, () => drawUse(people));
  await ask(
    `with g as materialized (
       select id, payer_id, model_id, release_id, creator_id, ordinality as n,
         (array['succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded', 'failed'])[1 + ordinality % 8] as state
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[]) with ordinality
         t(id, payer_id, model_id, release_id, creator_id, ordinality)),
     jobs as (
       insert into generation.generation (id, payer_id, release_id, modality, input, seed, terms, price_micros, promo_micros, paid_micros,
         charged_micros, state, failure, fair_tag, fair_cost, not_before, deadline_at, created_at, leased_at, delivered_at, ended_at, pool, via, region)
       select id, payer_id, release_id, 'image', '{"width": 512, "steps": 20}', 1,
         jsonb_build_object('model', jsonb_build_object('id', model_id, 'creator_id', creator_id), 'related', false), 1000000, 0, 1000000,
         case state when 'succeeded' then 1000000 end, state, case state when 'failed' then '{"code": "model_error", "message": ""}'::jsonb end,
         0, 1, $6, $6, $6::timestamptz - interval '2 s', $6::timestamptz - interval '1 s', case state when 'succeeded' then $6::timestamptz end, $6,
         'embedded', 'page', 'europe' from g),
     lines as (
       insert into earnings.line (generation_id, person_id, role, model_id, settled_at, matures_day, price_micros, amount_micros, pending_micros, vesting_micros)
       select id, creator_id, 'creator', model_id, $6, ($6::timestamptz at time zone 'UTC')::date, 1000000, 700000, 700000, 0 from g where state = 'succeeded')
     insert into kit.outbox (topic, payload, at)
     select 'generation.' || case state when 'succeeded' then 'settled' else state end, jsonb_build_object('generation_id', id, 'payer_id', payer_id, 'model_id', model_id), $6 from g`,
    [
      uses.map(() => newId(at)),
      uses.map(({ payer_id }) => payer_id),
      uses.map(({ model }) => model.id),
      uses.map(({ model }) => model.release_id),
      uses.map(({ model }) => model.creator_id),
      at,
    ],
  );
}

/** Each generation waited until somebody looked and it was among those counted. */
function waitsOf(
  settled: readonly Settled[],
  seen: readonly { all: number; at: number }[],
  from: number,
): number[] {
  const waits: number[] = [];
  let look = 0;
  for (const { n, all, at } of settled) {
    while (look < seen.length && (seen[look]?.all ?? 0) < all) look += 1;
    const found = seen[look];
    if (!found) throw new Error(`${all} were settled and ${seen.at(-1)?.all ?? 0} counted`);
    if (at >= from) waits.push(...Array.from({ length: n }, () => found.at - at));
  }
  return waits;
}
