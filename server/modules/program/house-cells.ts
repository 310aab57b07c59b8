import { sql } from 'kysely';
import * as z from 'zod';
import { asId, type ReleaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { BENCH_SUITE, type PlannedCell } from './bench-suite.ts';

const Made = z.object({
  digest: z.string(),
  extension: z.string(),
  mime: z.string(),
  bytes: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  duration_ms: z.int().nullable(),
  thumbnail: z.object({ digest: z.string(), width: z.int(), height: z.int() }).nullable(),
  thumbhash: z.string().nullable(),
  waveform: z.array(z.number()).nullable(),
});
export type HouseMade = z.infer<typeof Made>;

type Outcome = { made: HouseMade; compute_ms: number } | { failure: string };

/** Writes down what became of a cell of a release of the house, with the suite in force; the first to say it says it. */
export async function recordHouseCell(
  tx: Tx,
  release_id: ReleaseId,
  { ordinal, prompt_key, seed, input }: PlannedCell,
  outcome: Outcome,
  at: Date,
): Promise<void> {
  const became =
    'made' in outcome
      ? { made: JSON.stringify(outcome.made), compute_ms: outcome.compute_ms }
      : { failure: outcome.failure };
  await tx
    .insertInto('program.house_cell')
    .values({
      ...{ release_id, suite: BENCH_SUITE.version, ordinal, prompt_key, seed: BigInt(seed) },
      ...{ input: JSON.stringify(input), ended_at: at, ...became },
    })
    .onConflict((conflict) => conflict.columns(['release_id', 'suite', 'ordinal']).doNothing())
    .execute();
}

/** Which cells of which releases were run with the suite in force, made or not. */
export async function houseCellsRun(db: Db): Promise<Set<string>> {
  const rows = await db
    .selectFrom('program.house_cell')
    .select(['release_id', 'ordinal'])
    .where('suite', '=', BENCH_SUITE.version)
    .execute();
  return new Set(rows.map(({ release_id, ordinal }) => houseCellKey(release_id, ordinal)));
}

export const houseCellKey = (release_id: string, ordinal: number) => `${release_id} ${ordinal}`;

/** What a release made with the suite in force. */
export async function houseCellsOf(db: Db, release_id: ReleaseId) {
  const rows = await db
    .selectFrom('program.house_cell')
    .select(['prompt_key', 'seed', 'input', 'made'])
    .where('release_id', '=', release_id)
    .where('suite', '=', BENCH_SUITE.version)
    .where('made', 'is not', null)
    .orderBy('ordinal')
    .execute();
  return rows.map(({ prompt_key, seed, input, made }) => ({
    prompt_key,
    seed: Number(seed),
    input: z.record(z.string(), z.unknown()).parse(input),
    made: Made.parse(made),
  }));
}

/** Every file that the store must hold for them. */
export async function storedHouseFiles(db: Db): Promise<{ release_id: string; digest: string }[]> {
  const { rows } = await sql<{ release_id: string; digest: string }>`
    select release_id, made ->> 'digest' as digest from program.house_cell where made is not null
    union select release_id, made -> 'thumbnail' ->> 'digest' from program.house_cell
      where made -> 'thumbnail' ->> 'digest' is not null
    order by 1, 2`.execute(db);
  return rows;
}

/** Releases that have something to show of it. */
export async function releasesWithHouseCells(db: Db): Promise<ReleaseId[]> {
  const rows = await db
    .selectFrom('program.house_cell')
    .select('release_id')
    .distinct()
    .where('suite', '=', BENCH_SUITE.version)
    .where('made', 'is not', null)
    .execute();
  return rows.map(({ release_id }) => asId<ReleaseId>(release_id));
}
