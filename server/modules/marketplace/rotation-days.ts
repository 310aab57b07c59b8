import { hash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import * as z from 'zod';
import { Modality } from '#api/base.ts';
import { DAY_MS, dayOf } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { Surface, SURFACES } from '#api/slots/surfaces.ts';
import type { Candidate, Expected } from './rotation.ts';

const Candidates = z.array(
  z.object({ model_id: z.uuid(), modality: Modality, impressions: z.int(), is_new: z.boolean() }),
);

const Seen = z.partialRecord(Surface, z.int().min(1));
/** Of a surface that a day did not know yet nothing was seen. */
const readSeen = (seen: unknown): Expected => ({ ...SEEN_ONCE, ...Seen.parse(seen) });
const SEEN_ONCE: Expected = {
  ...{ home_hero: 1, home_rail: 1, explore_models: 1, explore_images: 1 },
  ...{ explore_videos: 1, explore_music: 1, model_also_seen: 1, competitions: 1 },
};

export type RotationSeed = { day: string; seed: string; digest: string; drawn_at: Date };

/** The seed of a day, drawn when it is first asked for and the same from then on. */
export async function drawSeed(tx: Tx, day: string, at: Date): Promise<void> {
  const seed = randomBytes(32).toString('hex');
  await tx
    .insertInto('marketplace.rotation_seed')
    .values({ day, seed, digest: hash('sha256', seed), drawn_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function seedOf(db: Db, day: string): Promise<RotationSeed | undefined> {
  return db.selectFrom('marketplace.rotation_seed').selectAll().where('day', '=', day).executeTakeFirst();
}

/** So many take part at most: those who were seen least, and among equals those whom the lot of the day prefers. */
export const CANDIDATES_MAX = 500;
/** Of more than these the newest are looked at. */
const POOL_MAX = 20_000;
/** With fewer new models than this, the models that were seen least take part as well. */
const NEW_MIN = 12;

/** Who takes part in the rotation of a day. */
export async function candidatesFor(
  db: Db,
  {
    day,
    seed,
    new_days,
    without,
  }: { day: string; seed: string; new_days: number; without: readonly string[] },
): Promise<Candidate[]> {
  const since = new Date(Date.parse(day) - new_days * DAY_MS);
  const fresh = await leastSeen(db, { seed, without, since, limit: CANDIDATES_MAX });
  const others =
    fresh.length < NEW_MIN ? await leastSeen(db, { seed, without, since: null, limit: NEW_MIN * 2 }) : [];
  const known = new Set(fresh.map(({ model_id }) => model_id));
  return [
    ...fresh.map((candidate) => ({ ...candidate, is_new: true })),
    ...others
      .filter(({ model_id }) => !known.has(model_id))
      .map((candidate) => ({ ...candidate, is_new: false })),
  ];
}

type Asked = { seed: string; without: readonly string[]; since: Date | null; limit: number };

async function leastSeen(
  db: Db,
  { seed, without, since, limit }: Asked,
): Promise<Omit<Candidate, 'is_new'>[]> {
  const { rows } = await sql<{ model_id: string; modality: string; impressions: bigint }>`
    with open as (
      select l.model_id from marketplace.listing l
      where (${since}::timestamptz is null or l.published_at >= ${since})
        and l.creator_id <> all(${[...without]}::uuid[])
      order by l.published_at desc, l.model_id desc limit ${POOL_MAX}),
    least as (
      select o.model_id, coalesce(s.impressions, 0) as impressions,
        sha256(convert_to(${seed} || o.model_id::text, 'UTF8')) as lot
      from open o left join (
        select model_id, sum(impressions)::int8 as impressions from marketplace.slot_day group by model_id) s
        on s.model_id = o.model_id
      order by 2, 3 limit ${limit})
    select least.model_id, impressions, (
      select substr(term, 3) from unnest(tsvector_to_array(l.terms)) term where term like 'm:%') as modality
    from least join marketplace.listing l on l.model_id = least.model_id
    order by impressions, lot`.execute(db);
  return rows.map(({ model_id, modality, impressions }) => ({
    model_id,
    modality: Modality.parse(modality),
    impressions: Number(impressions),
  }));
}

/** Models that were entered in competitions, with how often each was seen in the places for them since a day. */
export async function enteredCandidates(
  db: Db,
  { day, since, model_ids }: { day: string; since: string; model_ids: readonly string[] },
): Promise<Candidate[]> {
  if (model_ids.length === 0) return [];
  const { rows } = await sql<{ model_id: string; modality: string; impressions: bigint }>`
    select l.model_id, (
        select substr(term, 3) from unnest(tsvector_to_array(l.terms)) term where term like 'm:%') as modality,
      coalesce((select sum(d.impressions) from marketplace.slot s join marketplace.slot_day d on d.slot_id = s.id
        where s.model_id = l.model_id and s.surface = 'competitions' and d.day >= ${since} and d.day < ${day}), 0)::int8 as impressions
    from marketplace.listing l where l.model_id = any(${[...model_ids]}::uuid[]) order by l.model_id`.execute(
    db,
  );
  return rows.map(({ model_id, modality, impressions }) => ({
    ...{ model_id, is_new: false },
    modality: Modality.parse(modality),
    impressions: Number(impressions),
  }));
}

/** How far back is looked for how often places are seen. */
const LOOK_BACK_DAYS = 7;

/** How often a place of each surface was seen within an hour of the days before a day; at least once. */
export async function expectedOn(db: Db, day: string): Promise<Expected> {
  const since = dayOf(new Date(Date.parse(day) - LOOK_BACK_DAYS * DAY_MS));
  const { rows } = await sql<{ surface: string; impressions: bigint }>`
    select s.surface, sum(d.impressions)::int8 as impressions from marketplace.slot_day d
    join marketplace.slot s on s.id = d.slot_id
    where d.day >= ${since} and d.day < ${day} group by s.surface`.execute(db);
  const seen = new Map(rows.map(({ surface, impressions }) => [surface, Number(impressions)]));
  const perHour = (surface: Surface) =>
    Math.max(1, Math.round((seen.get(surface) ?? 0) / (SURFACES[surface].positions * 24 * LOOK_BACK_DAYS)));
  return readSeen(Object.fromEntries(Surface.options.map((surface) => [surface, perHour(surface)])));
}

/** Writes down who takes part; of two who do so at once the first is kept. */
export async function keepRotation(
  tx: Tx,
  rotation: {
    day: string;
    candidates: readonly Candidate[];
    entered: readonly Candidate[];
    expected: Expected;
    made_at: Date;
  },
): Promise<void> {
  const { day, candidates, entered, expected, made_at } = rotation;
  await tx
    .insertInto('marketplace.rotation_day')
    .values({
      ...{ day, made_at, candidates: JSON.stringify(candidates) },
      ...{ entered: JSON.stringify(entered), expected: JSON.stringify(expected) },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export type RotationDay = RotationSeed & {
  candidates: Candidate[];
  entered: Candidate[];
  expected: Expected;
  made_at: Date;
};

/** The rotation of a day, or of the last day before it that has one. */
export async function rotationUntil(db: Db, day: string): Promise<RotationDay | undefined> {
  const row = await db
    .selectFrom('marketplace.rotation_day as r')
    .innerJoin('marketplace.rotation_seed as s', 's.day', 'r.day')
    .select([
      'r.day',
      's.seed',
      's.digest',
      's.drawn_at',
      'r.candidates',
      'r.entered',
      'r.expected',
      'r.made_at',
    ])
    .where('r.day', '<=', day)
    .orderBy('r.day', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      ...row,
      candidates: Candidates.parse(row.candidates),
      entered: Candidates.parse(row.entered),
      expected: readSeen(row.expected),
    }
  );
}
