import { ApplicationContent } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, newId, type TrialId } from '../ids.ts';
import { onePer } from '../kit/batcher.ts';
import type { Db } from '../kit/database.ts';
import { createSeats } from '../kit/seats.ts';
import * as generation from '../modules/generation/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { releaseOf } from './application-checks.ts';
import { judgePrompt } from './judge-prompt.ts';
import { tryOut } from './release-content.ts';
import { demandWritable } from './save-application.ts';
import { ROOM_MIN_BYTES } from './start-generation.ts';

type Wanted = { input: Record<string, unknown>; seed: number };

const TRY_AGAIN_S = 10;
/** Whoever has a trial running, in this process. */
const running = onePer<Context, Set<AccountId>>(() => new Set());
/** Of the places where models of others run, all trials together leave one to what is paid for, if there are two. */
const seats = onePer(({ config }: Context) =>
  createSeats({ each: 1, all: Math.max(1, config.runner_slots - 1) }),
);

/** Runs the model of a draft with an input of the applicant's choice, and keeps what it made with the draft. */
export async function tryApplication(
  context: Context,
  applicant_id: AccountId,
  id: ApplicationId,
  wanted: Wanted,
): Promise<program.Trial> {
  const busy = running(context);
  if (busy.has(applicant_id)) refuse('TRIAL_RUNNING', { retry_after_s: TRY_AGAIN_S });
  const leave =
    seats(context).take({ name: applicant_id }) ?? refuse('RATE_LIMITED', { retry_after_s: TRY_AGAIN_S });
  busy.add(applicant_id);
  try {
    return await tried(context, applicant_id, id, wanted);
  } finally {
    busy.delete(applicant_id);
    leave();
  }
}

async function tried(
  context: Context,
  applicant_id: AccountId,
  id: ApplicationId,
  { input: given, seed }: Wanted,
): Promise<program.Trial> {
  const { db, database, clock } = context;
  const application = await program.applicationById(db, id);
  if (application?.applicant_id !== applicant_id) refuse('NOT_FOUND');
  demandWritable(application, 'try');
  await refuseFull(db, id);
  if ((await context.media.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  const { slug, modality, release } = ApplicationContent.shape;
  const { draft } = application;
  const checked = await releaseOf(context, applicant_id, {
    slug: slug.safeParse(draft['slug']).data ?? 'draft',
    modality: modality.safeParse(draft['modality']).data,
    release: release.safeParse(draft['release']).data,
  });
  if (checked.binding.kind !== 'onnx') {
    const message = 'only what runs here, from uploaded files, can be tried here';
    refuse('BINDING_REFUSED', { issues: [{ path: 'kind', message }] });
  }
  const input = generation.readTrialInput(checked.input_schema, given);
  await judgePrompt(context, applicant_id, checked, input);
  const { ordinal: _, ...sample } = await tryOut(context, checked, checked, { input, seed });
  const made_at = clock.now();
  const trial = { id: newId<TrialId>(made_at), application_id: id, ...sample, made_at };
  await database.inTransaction(async (tx) => {
    const locked = (await program.lockOwn(tx, id, applicant_id)) ?? refuse('NOT_FOUND');
    demandWritable(locked, 'try');
    await refuseFull(tx, id);
    await program.keepTrial(tx, trial);
  });
  return { ...trial, removed_at: null };
}

async function refuseFull(db: Db, id: ApplicationId): Promise<void> {
  const { kept, ever } = await program.countTrials(db, id);
  if (ever >= program.TRIALS_EVER_MAX) refuse('TRIALS_USED_UP', { limit: program.TRIALS_EVER_MAX });
  if (kept >= program.TRIALS_MAX) refuse('TRIALS_FULL', { limit: program.TRIALS_MAX });
}

/** Takes a sample out of the draft; revisions that name it keep it. */
export async function dropTrial(
  context: Context,
  applicant_id: AccountId,
  id: ApplicationId,
  trial_id: TrialId,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const application = (await program.lockOwn(tx, id, applicant_id)) ?? refuse('NOT_FOUND');
    demandWritable(application, 'try');
    if (!(await program.dropTrial(tx, id, trial_id, at))) refuse('NOT_FOUND');
  });
}
