import type pg from 'pg';

/** Accounts that nobody signs in to, for what needs many. */
export async function insertPeople(pool: pg.Pool, many: number): Promise<void> {
  await pool.query(
    `insert into identity.account (id, email, handle, display_name, created_at)
     select id, id || '@example.org', 'p-' || right(id::text, 24), 'Somebody', now()
     from (select uuidv7() as id from generate_series(1, $1)) p`,
    [many],
  );
}

/**
 * Generations that have ended in every way, of all models and people there are, with their lines and the news of them:
 * as settling leaves them behind, but for the money, of which there is none. `at` is when they ended.
 */
export async function insertEnded(pool: pg.Pool, many: number, at: Date): Promise<void> {
  await pool.query(
    `with m as (
       select row_number() over () as n, count(*) over () as all_of_them, r.id as release_id, m.modality, m.id as model_id, m.creator_id,
              jsonb_build_object('model', jsonb_build_object('id', m.id, 'slug', m.slug, 'title', m.title, 'creator_id', m.creator_id), 'related', false) as terms
       from registry.release r join registry.model m on m.id = r.model_id),
     p as (select row_number() over (order by id) as n, count(*) over () as all_of_them, id from identity.account where handle like 'p-%'),
     g as materialized (
       select uuidv7() as id, p.id as payer_id, m.*, (array['succeeded', 'succeeded', 'succeeded', 'failed', 'cancelled', 'expired'])[1 + x.n % 6] as state,
              (hashint4(x.n) & 3) * 250000 as promo, $2::timestamptz - interval '1 second' * (1 + x.n % 9) as began_at
       from generate_series(1, $1) x(n)
       join m on m.n = 1 + (hashint4(x.n) & 1023) % m.all_of_them join p on p.n = 1 + (hashint4(-x.n) & 65535) % p.all_of_them),
     jobs as (
       insert into generation.generation (id, payer_id, release_id, modality, input, seed, terms, price_micros, promo_micros, paid_micros,
         charged_micros, state, failure, fair_tag, fair_cost, not_before, deadline_at, created_at, leased_at, delivered_at, ended_at, pool, via, region)
       select id, payer_id, release_id, modality, '{"width": 256, "height": 256}', 1, terms, 1000000, promo, 1000000 - promo,
         case state when 'succeeded' then 1000000 end, state, case state when 'failed' then '{"code": "model_error", "message": ""}'::jsonb end,
         0, 1, began_at, $2, began_at, began_at + interval '100 ms', case state when 'succeeded' then $2::timestamptz end, $2, 'embedded', 'page', 'europe'
       from g),
     lines as (
       insert into earnings.line (generation_id, person_id, role, model_id, settled_at, matures_day, price_micros, amount_micros, pending_micros, vesting_micros)
       select id, creator_id, 'creator', model_id, $2, ($2::timestamptz at time zone 'UTC')::date, 1000000, 700000, 700000 - promo / 2, promo / 2
       from g where state = 'succeeded')
     insert into kit.outbox (topic, payload, at)
     select 'generation.' || case state when 'succeeded' then 'settled' else state end,
            jsonb_build_object('generation_id', id, 'payer_id', payer_id, 'model_id', model_id), $2 from g`,
    [many, at],
  );
}
