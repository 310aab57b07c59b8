import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';

/** Runs that an estimate looks back on. */
const RECENT_MAX = 21;
const MS_MAX = 24 * 3_600_000;
/** Whoever was not seen for so long serves nothing. */
export const SERVING_MS = 60_000;

/**
 * Keeps how long runs took; null where nobody knows, below nothing where the clock was set back. Not within the
 * delivery: all of one release would wait for each other there.
 */
export async function measure(
  db: Db,
  all: readonly { release_id: string; took_ms: number | null }[],
): Promise<void> {
  const runs = all.flatMap(({ release_id, took_ms }) =>
    took_ms === null || took_ms < 0 ? [] : [{ release_id, took_ms: Math.min(Math.round(took_ms), MS_MAX) }],
  );
  if (runs.length === 0) return;
  await sql`
    insert into generation.run_time as r (release_id, recent_ms)
    select release_id, (array_agg(took_ms))[1:${sql.lit(RECENT_MAX)}]
    from unnest(${runs.map(({ release_id }) => release_id)}::uuid[],
      ${runs.map(({ took_ms }) => took_ms)}::int4[]) m(release_id, took_ms)
    group by release_id order by release_id
    on conflict (release_id) do update set recent_ms = (excluded.recent_ms || r.recent_ms)[1:${sql.lit(RECENT_MAX)}]`.execute(
    db,
  );
}

// the shared words of the queries below: how long a run of a release takes, and how many run at once in a pool;
// a lease that lies ahead, after the clock was set back, has at most its whole run before it
const usual = sql`usual as (
  select release_id, (select percentile_disc(0.5) within group (order by ms) from unnest(recent_ms) ms) as ms
  from generation.run_time)`;
const served = (at: Date) => sql`served as (
  select pool, sum(slots) as slots from generation.serving
  where seen_at > ${new Date(at.getTime() - SERVING_MS)} group by pool)`;
const inHand = (at: Date) => sql`in_hand as (
  select g.pool, count(*) as jobs, bool_or(u.ms is null) as unknown,
    coalesce(sum(least(u.ms, greatest(0, u.ms - extract(epoch from ${at} - g.leased_at) * 1000))), 0) as left_ms
  from generation.generation g left join usual u using (release_id)
  where g.state in ('leased', 'running') group by g.pool)`;

export type Estimate = {
  /** How many jobs will be leased before it, and itself: 1 is next. Null when it does not wait. */
  place: number | null;
  /** Null where it is not known: no run of this kind was measured yet, or nobody serves its pool. */
  starts_in_ms: number | null;
  ends_in_ms: number | null;
  /** Nobody serves the pool that it waits in. */
  runner_away: boolean;
};

/** Where open generations stand, by what the last runs took; nothing is guessed. */
export async function estimates(
  db: Db,
  generation_ids: readonly string[],
  at: Date,
): Promise<Map<string, Estimate>> {
  if (generation_ids.length === 0) return new Map();
  const { rows } = await sql<{
    id: string;
    waits: boolean;
    place: bigint;
    ahead_ms: string;
    unknown: boolean;
    own_ms: number | null;
    elapsed_ms: number;
    slots: bigint;
    busy: bigint;
  }>`
    with ${usual}, ${served(at)}, ${inHand(at)}
    select g.id, g.state = 'queued' as waits, ahead.place,
      (ahead.ms + coalesce(h.left_ms, 0))::text as ahead_ms,
      ahead.unknown or coalesce(h.unknown, false) as unknown, u.ms as own_ms,
      greatest(0, coalesce(extract(epoch from ${at} - g.leased_at) * 1000, 0))::float8 as elapsed_ms,
      coalesce(s.slots, 0)::int8 as slots, coalesce(h.jobs, 0) as busy
    from generation.generation g
    left join usual u using (release_id)
    left join served s on s.pool = g.pool
    left join in_hand h on h.pool = g.pool
    cross join lateral (
      select count(*) + 1 as place, coalesce(sum(qu.ms), 0) as ms, coalesce(bool_or(qu.ms is null), false) as unknown
      from generation.generation q left join usual qu on qu.release_id = q.release_id
      where g.state = 'queued' and q.state = 'queued' and q.pool = g.pool
        and (-q.class, q.fair_tag, q.id) < (-g.class, g.fair_tag, g.id)) ahead
    where g.id = any(${[...generation_ids]}::uuid[]) and g.state in ('queued', 'leased', 'running')`.execute(
    db,
  );
  return new Map<string, Estimate>(
    rows.map(({ id, waits, place, ahead_ms, unknown, own_ms, elapsed_ms, slots, busy }) => {
      if (!waits) {
        const ends_in_ms = own_ms === null ? null : Math.round(Math.max(0, own_ms - elapsed_ms));
        return [id, { place: null, starts_in_ms: 0, ends_in_ms, runner_away: false }];
      }
      const at_once = busy + place <= slots;
      const wait_ms = slots === 0n ? null : at_once ? 0 : unknown ? null : Number(ahead_ms) / Number(slots);
      const starts_in_ms = wait_ms === null ? null : Math.round(wait_ms);
      const ends_in_ms = starts_in_ms === null || own_ms === null ? null : starts_in_ms + own_ms;
      return [id, { place: Number(place), starts_in_ms, ends_in_ms, runner_away: slots === 0n }];
    }),
  );
}

/** A pool as an operator sees it, and as admission does. */
export type PoolStanding = {
  pool: string;
  waiting: number;
  waiting_bulk: number;
  in_hand: number;
  slots: number;
  /** How long what is measured of it takes until somebody who comes now is served; null where nobody serves. */
  wait_ms: number | null;
  /** The same for bulk, which comes after everything else. */
  wait_bulk_ms: number | null;
};

/** Every pool in which something waits or runs, or that somebody serves. */
export async function poolStandings(db: Db, at: Date): Promise<PoolStanding[]> {
  const { rows } = await sql<{
    pool: string;
    waiting: bigint;
    waiting_bulk: bigint;
    in_hand: bigint;
    slots: bigint;
    ahead_ms: number;
    bulk_ms: number;
    left_ms: number;
  }>`
    with ${usual}, ${served(at)}, ${inHand(at)}, waits as (
      select g.pool, count(*) as waiting, count(*) filter (where g.class < 0) as waiting_bulk,
        coalesce(sum(u.ms) filter (where g.class >= 0), 0) as ahead_ms, coalesce(sum(u.ms) filter (where g.class < 0), 0) as bulk_ms
      from generation.generation g left join usual u using (release_id)
      where g.state = 'queued' group by g.pool)
    select pool, coalesce(waiting, 0) as waiting, coalesce(waiting_bulk, 0) as waiting_bulk, coalesce(jobs, 0) as in_hand,
      coalesce(slots, 0)::int8 as slots, coalesce(ahead_ms, 0)::float8 as ahead_ms, coalesce(bulk_ms, 0)::float8 as bulk_ms,
      coalesce(left_ms, 0)::float8 as left_ms
    from waits full join in_hand using (pool) full join served using (pool)
    order by pool`.execute(db);
  return rows.map((row) => {
    const slots = Number(row.slots);
    const over = (ms: number) => (slots === 0 ? null : Math.round(ms / slots));
    return {
      pool: row.pool,
      waiting: Number(row.waiting),
      waiting_bulk: Number(row.waiting_bulk),
      in_hand: Number(row.in_hand),
      slots,
      wait_ms: over(row.left_ms + row.ahead_ms),
      wait_bulk_ms: over(row.left_ms + row.ahead_ms + row.bulk_ms),
    };
  });
}

/** Says that this holder serves a pool, with so many slots. */
export async function serve(
  db: Db,
  serving: { holder: string; pool: string; slots: number },
  at: Date,
): Promise<void> {
  await db
    .insertInto('generation.serving')
    .values({ ...serving, seen_at: at })
    .onConflict((conflict) =>
      conflict.columns(['holder', 'pool']).doUpdateSet({ slots: serving.slots, seen_at: at }),
    )
    .execute();
}

/** Whoever works on a job serves on, also without asking for another one. */
export async function serveOn(db: Db, holder: string, at: Date): Promise<void> {
  await db
    .updateTable('generation.serving')
    .set({ seen_at: at })
    .where('holder', '=', holder)
    .where('seen_at', '<', new Date(at.getTime() - SERVING_MS / 4))
    .execute();
}

/** It serves nothing any more; so do those that were not seen for long. */
export async function leaveService(db: Db, holder: string, at: Date): Promise<void> {
  await db
    .deleteFrom('generation.serving')
    .where((row) =>
      row.or([row('holder', '=', holder), row('seen_at', '<', new Date(at.getTime() - 60 * SERVING_MS))]),
    )
    .execute();
}
