import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import * as generation from '../modules/generation/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { LIMITS, madeOf } from './bench-revision.ts';

/** So long nobody may have asked for anything before the machine counts as quiet. */
const QUIET_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 500;
const { cell_wall_ms_max } = program.BENCH_SUITE;

type Next = { release: registry.Release; cell: program.PlannedCell };

/**
 * Runs the releases of the house on the prompts of the bench, one cell a step, where this process runs models and has
 * been quiet for long; a cell ends at once when somebody waits, and is run another time. The step answers how many
 * cells it wrote down.
 */
export function houseBench(
  context: Context,
  signal: AbortSignal,
  { quiet_ms = QUIET_MS }: { quiet_ms?: number } = {},
): () => Promise<number> {
  // by the time that this process has lived: what a wall clock says may jump
  let quiet_since = performance.now();
  const passed_over = new Set<string>();
  return async () => {
    if (signal.aborted || !context.config.roles.includes('runner')) return 0;
    const busy = await isBusy(context);
    if (busy) quiet_since = performance.now();
    if (busy || performance.now() - quiet_since < quiet_ms) return 0;
    const next = await nextCell(context, passed_over);
    if (!next) return 0;
    const ended = await runAlone(context, next, signal);
    // once more only after the next start: an engine that is not there is not asked for all night
    if (ended === 'away') passed_over.add(keyOf(next));
    if (ended === 'busy') quiet_since = performance.now();
    return Number(ended === 'written');
  };
}

const keyOf = ({ release, cell }: Next) => program.houseCellKey(release.id, cell.ordinal);

async function isBusy({ clock, db }: Context): Promise<boolean> {
  const standings = await generation.poolStandings(db, clock.now());
  return standings.some(({ waiting, in_hand }) => waiting + in_hand > 0);
}

async function nextCell({ db }: Context, except: ReadonlySet<string>): Promise<Next | undefined> {
  const run = await program.houseCellsRun(db);
  for (const release of await registry.houseReleases(db)) {
    const { input_schema, modality } = release;
    const planned = program.planCells({ modality, input_schema }, generation.trialInput(input_schema));
    const shown = planned.filter(
      ({ setting, prompt_key }) => setting === 'usual' && prompt_key !== program.EMPTY_PROMPT.key,
    );
    const cell = shown.find((one) => {
      const key = keyOf({ release, cell: one });
      return !run.has(key) && !except.has(key);
    });
    if (cell) return { release, cell };
  }
  return undefined;
}

/** Runs a cell for as long as nobody else wants anything. */
async function runAlone(
  context: Context,
  next: Next,
  leaving: AbortSignal,
): Promise<'written' | 'busy' | 'away'> {
  const { clock, database, engine, model_files } = context;
  const { binding, files, modality, slug, id } = next.release;
  const [over, wanted] = [new AbortController(), new AbortController()];
  const watching = watch(context, over.signal, () => wanted.abort());
  const stop = AbortSignal.any([leaving, wanted.signal]);
  const order = {
    generation_id: randomUUID(),
    release: {
      ...{ binding, slug, modality },
      files: files.map(({ role, sha256 }) => ({ role, sha256, path: model_files.pathOf(sha256) })),
    },
    ...{ input: next.cell.input, seed: next.cell.seed },
    limits: { ...LIMITS, wall_ms_max: cell_wall_ms_max },
  };
  const within = AbortSignal.any([stop, AbortSignal.timeout(2 * cell_wall_ms_max)]);
  const result = await engine.run(order, { signal: within, onEvent: () => {} }).finally(() => over.abort());
  await watching;
  if (stop.aborted) return 'busy';
  if (!result.ok && result.code === 'runner_unavailable') return 'away';
  const outcome = await outcomeOf(context, result, modality);
  await database.inTransaction((tx) => program.recordHouseCell(tx, id, next.cell, outcome, clock.now()));
  return 'written';
}

async function watch(context: Context, over: AbortSignal, wanted: () => void): Promise<void> {
  while (!over.aborted) {
    const looked = await isBusy(context).catch(() => true);
    if (looked) return wanted();
    await sleep(LOOK_AGAIN_MS, undefined, { signal: over }).catch(() => {});
  }
}

async function outcomeOf(
  context: Context,
  result: generation.EngineResult,
  modality: registry.Modality,
): Promise<Parameters<typeof program.recordHouseCell>[3]> {
  if (!result.ok) return { failure: result.code === 'cancelled' ? 'timeout' : result.code };
  const output = result.outputs.find(({ role, modality: made }) => role === 'primary' && made === modality);
  if (!output) return { failure: 'model_error' };
  const compute_ms = Math.round(result.inference_ms);
  const made = await madeOf(context, output, { wall_ms: compute_ms, compute_ms, memory_bytes_peak: null });
  if (made.state === 'failed') return { failure: made.failure };
  const { digest, extension, mime, bytes, width, height, duration_ms, thumbnail, thumbhash, waveform } = made;
  const file = { digest, extension, mime, bytes: Number(bytes), width, height, duration_ms };
  return { made: { ...file, thumbnail, thumbhash, waveform }, compute_ms };
}
