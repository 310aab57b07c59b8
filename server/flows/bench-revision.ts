import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { type BenchSheetId, newId, type RevisionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as generation from '../modules/generation/index.ts';
import * as program from '../modules/program/index.ts';
import { Refusal } from '../refuse.ts';
import { type BenchSubject, judgeBench } from './judge-bench.ts';
import { checkedRelease } from './release-content.ts';

const SHEETS_AT_ONCE = 5;
const { cell_wall_ms_max, sheet_wall_ms_max } = program.BENCH_SUITE;
export const LIMITS = { memory_bytes_max: 2_500_000_000, output_bytes_max: 50_000_000 };
/** Longer than a cell can take, the wait for a free process and for those who pay included. */
const LEASE_MS = 3 * cell_wall_ms_max;

/**
 * Plans the bench of new revisions and runs one sheet, cell by cell. Whoever stops in the middle, or is stopped, is
 * followed by somebody who goes on with the next cell. Answers how many sheets it looked at.
 */
export async function benchNext(context: Context, signal: AbortSignal): Promise<number> {
  await planSheets(context);
  const { at, until } = now(context);
  const lease = await context.database.inTransaction((tx) =>
    program.claimSheet(tx, { token: randomUUID(), at, until }),
  );
  if (!lease) return 0;
  const held = await runSheet(context, lease, signal);
  if (held === 'left')
    await context.database.inTransaction((tx) => program.releaseSheet(tx, lease, context.clock.now()));
  context.wake.send('news');
  return held === 'left' ? 0 : 1;
}

const now = ({ clock }: Context) => {
  const at = clock.now();
  return { at, until: new Date(at.getTime() + LEASE_MS) };
};

/** A revision of which none can be planned is passed over: those after it must get theirs. */
async function planSheets(context: Context): Promise<void> {
  const passed_over: RevisionId[] = [];
  for (let failed = SHEETS_AT_ONCE; failed === SHEETS_AT_ONCE;) {
    failed = 0;
    for (const revision_id of await program.revisionsWithoutSheet(context.db, SHEETS_AT_ONCE, passed_over))
      await planSheet(context, revision_id).catch((error: unknown) => {
        context.log.error({ err: error, revision_id }, 'a bench cannot be planned');
        passed_over.push(revision_id);
        failed += 1;
      });
  }
}

async function planSheet(context: Context, revision_id: RevisionId): Promise<void> {
  const { at } = now(context);
  const { revision, release } = await subjectOf(context, revision_id);
  const { modality } = revision.content;
  // of a release that is not in order the cells fail one and all, and say so
  const input_schema = release.ok ? release.content.input_schema : {};
  const usual = release.ok ? generation.trialInput(input_schema) : {};
  const planned = program.planCells({ modality, input_schema }, usual);
  const id = newId<BenchSheetId>(at);
  await context.database.inTransaction((tx) => program.openSheet(tx, { id, revision_id }, planned, at));
}

async function subjectOf(context: Context, revision_id: RevisionId): Promise<BenchSubject> {
  const revision = present(await program.revisionById(context.db, revision_id), 'the revision of a bench');
  const application = present(
    await program.applicationById(context.db, revision.application_id),
    'the application of a revision',
  );
  const { slug, modality, release } = revision.content;
  const of = { slug, modality, uploader_id: application.applicant_id };
  const checked = await checkedRelease(context, of, release).then(
    (content): BenchSubject['release'] => ({ ok: true, content }),
    (error: unknown): BenchSubject['release'] => {
      if (!(error instanceof Refusal)) throw error;
      return { ok: false, why: `${error.message} ${saidBy(error)}`.trim() };
    },
  );
  return { application, revision, release: checked };
}

/** A reviewer reads it. */
const saidBy = ({ data }: Refusal): string => {
  const told = withIssues.safeParse(data);
  if (told.success) return told.data.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return data === undefined ? '' : JSON.stringify(data);
};
const withIssues = z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) });

/** `left`: it must stop now, and the rest waits for whoever is next. `lost`: somebody else took over. */
type Held = 'ended' | 'left' | 'lost';

async function runSheet(context: Context, lease: program.Lease, signal: AbortSignal): Promise<Held> {
  const subject = await subjectOf(context, lease.revision_id);
  const cells = await program.cellsOf(context.db, lease.id);
  const { spent_ms = 0 } = (await program.sheetOfRevision(context.db, lease.revision_id)) ?? {};
  let left_ms = sheet_wall_ms_max - spent_ms;
  let away: program.CellResult | null = null;
  for (const cell of cells.filter(({ state }) => state === 'waiting')) {
    const result: program.CellResult | null =
      away ?? (left_ms > 0 ? await runCell(context, subject, cell, signal) : USED_UP);
    if (!result) return 'left';
    left_ms -= result.wall_ms;
    // an engine that is away is not waited for by each of the others as well
    if (isAway(result)) away = { ...result, wall_ms: 0 };
    const kept = await context.database.inTransaction((tx) =>
      program.recordCell(tx, lease, cell.ordinal, result, now(context)),
    );
    if (!kept) return 'lost';
  }
  const judged = await judgeBench(context, subject, await program.cellsOf(context.db, lease.id));
  if (judged === 'another time') return 'left';
  const { at } = now(context);
  const made = judged.profile !== null;
  const ended = await context.database.inTransaction((tx) =>
    program.endSheet(tx, lease, made ? 'finish' : 'fail', { ...judged, at }),
  );
  return ended ? 'ended' : 'lost';
}

const isAway = (result: program.CellResult) =>
  result.state === 'failed' && result.failure === 'runner_unavailable';
const failed = (failure: string, why: string, wall_ms = 0): program.CellResult => ({
  ...{ state: 'failed', failure, why: why.slice(0, 500), wall_ms },
});
const USED_UP = failed('time_used_up', 'The other cells used up the time that a bench has.');

/** What came of it, whatever it is; null where it was cut short because this process leaves. */
async function runCell(
  context: Context,
  { revision, release }: BenchSubject,
  { input, seed }: program.BenchCell,
  signal: AbortSignal,
): Promise<program.CellResult | null> {
  if (!release.ok) return failed('release_refused', release.why);
  const { binding, files, input_schema } = release.content;
  const pictures = generation.assetFields(input_schema).filter((field) => input[field] !== undefined);
  if (pictures.length > 0)
    return failed(
      'needs_picture',
      `It begins with a picture (${pictures.join(', ')}), and the bench has none.`,
    );
  if (binding.kind === 'pull')
    return failed(program.OWN_MACHINES, 'Only machines of its owner run it, and they do not take benches.');
  if (!(await whenNobodyWaits(context, signal))) return null;
  const { slug, modality } = revision.content;
  const order = {
    generation_id: randomUUID(),
    release: {
      ...{ binding, slug, modality },
      files: files.map(({ role, sha256 }) => ({ role, sha256, path: context.model_files.pathOf(sha256) })),
    },
    ...{ input, seed },
    limits: { ...LIMITS, wall_ms_max: cell_wall_ms_max },
  };
  const engine = binding.kind === 'onnx' ? context.sandbox : context.engine;
  const began = performance.now();
  const within = AbortSignal.any([signal, AbortSignal.timeout(2 * cell_wall_ms_max)]);
  const result = await engine.run(order, { signal: within, onEvent: () => {} });
  const wall_ms = Math.round(performance.now() - began);
  if (signal.aborted) return null;
  if (!result.ok)
    return failed(result.code === 'cancelled' ? 'timeout' : result.code, result.message, wall_ms);
  const output = result.outputs.find(({ role, modality: made }) => role === 'primary' && made === modality);
  if (!output) return failed('model_error', 'It made nothing of the kind that it is for.', wall_ms);
  const { inference_ms, memory_bytes_peak: peak } = result;
  return madeOf(context, output, {
    ...{ wall_ms, compute_ms: Math.round(inference_ms) },
    memory_bytes_peak: peak === undefined ? null : BigInt(peak),
  });
}

/** Keeps what came of a cell, and says where it lies. */
export async function madeOf(
  { media }: Pick<Context, 'media'>,
  output: generation.MediaOutput,
  took: { wall_ms: number; compute_ms: number; memory_bytes_peak: bigint | null },
): Promise<program.CellResult> {
  const { bytes, extension, mime, duration_ms, thumbnail } = output;
  return {
    ...{ state: 'made', ...took, extension, mime },
    digest: await media.put(bytes),
    bytes: BigInt(bytes.byteLength),
    width: output.width ?? null,
    height: output.height ?? null,
    duration_ms: duration_ms === undefined ? null : Math.round(duration_ms),
    thumbnail: thumbnail
      ? { digest: await media.put(thumbnail.bytes), width: thumbnail.width, height: thumbnail.height }
      : null,
    thumbhash: output.thumbhash ?? null,
    waveform: output.waveform ?? null,
  };
}

const LOOK_AGAIN_MS = 500;
/** So long a cell waits for those who pay; where somebody always waits a bench must get on as well. */
const PATIENCE_MS = 30_000;

/** Before each cell: what people wait for goes first. False where this process leaves meanwhile. */
async function whenNobodyWaits(context: Context, signal: AbortSignal): Promise<boolean> {
  for (let waited_ms = 0; waited_ms < PATIENCE_MS && !signal.aborted; waited_ms += LOOK_AGAIN_MS) {
    const standings = await generation.poolStandings(context.db, context.clock.now());
    if (standings.every(({ waiting, slots }) => waiting === 0 || slots === 0)) break;
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
  return !signal.aborted;
}
