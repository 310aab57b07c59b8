import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { type Db, inOneSnapshot } from '../kit/database.ts';
import { gather, type Verification } from '../kit/findings.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { MONEY_CHECKS, notAhead } from './money-checks.ts';

/** The checks of one picture run side by side on this many connections. */
const LANES = 2;

/** Every invariant of ledger and shop, in one consistent picture of the database; `now` is what time it is. */
export async function verifyMoney(
  db: Db,
  how: ledger.Thoroughness = 'full',
  now = new Date(),
  /** Of the ledger those that somebody else looks at. */
  but: readonly string[] = [],
): Promise<Verification> {
  const checks = [
    ...ledger.checks(how).filter(({ names }) => !names.some((name) => but.includes(name))),
    ...Object.entries({ ...MONEY_CHECKS, ...notAhead(now) }).map(([name, query]) => ({
      names: [name],
      async run(tx: Db) {
        // rows are hashed and sorted in memory as long as they fit, and few queries here are worth compiling
        await sql`set local work_mem = '128MB'`.execute(tx);
        await sql`set local jit = off`.execute(tx);
        return ledger.exceptions(tx, name, query);
      },
    })),
  ];
  const found = await inOneSnapshot(
    db,
    LANES,
    checks.map(
      ({ run }) =>
        (tx) =>
          run(tx),
    ),
  );
  return { checked: checks.flatMap(({ names }) => names), violations: found.flat(), notes: [] };
}

const STORED = 'each asset lies in the store';
const UPLOADS = 'each upload lies in the store';
const SAMPLES = 'each sample of a model lies in the store';
const TRIALS = 'each sample of an application lies in the store';
const BENCH = 'each work of a bench lies in the store';
const ENTRIES = 'each file that voters see lies in the store';
const COUNTINGS = 'each step of a counting, and each bundle, lies in the store';
const MODEL_FILES = 'each file of a model lies in its store';

/** Whether every stored file that a row names is there with the bytes that its name promises. */
export async function verifyMedia(
  context: Pick<Context, 'db' | 'media' | 'model_files'>,
): Promise<Verification> {
  const { db, media, model_files } = context;
  const [assets, uploads, samples, trials, benched, house, shown, countings, models] = [
    await generation.storedFiles(db),
    await generation.uploadFiles(db),
    await registry.storedFiles(db),
    await program.storedTrialFiles(db),
    await program.storedBenchFiles(db),
    await program.storedHouseFiles(db),
    await competitions.shownFiles(db),
    await competitions.tallyFiles(db),
    await registry.modelFiles(db),
  ];
  const { violations, find } = gather();
  for (const { asset_id, digest } of assets) if (!(await media.holds(digest))) find(STORED, asset_id);
  for (const { upload_id, digest } of uploads) if (!(await media.holds(digest))) find(UPLOADS, upload_id);
  for (const { release_id, digest } of samples) if (!(await media.holds(digest))) find(SAMPLES, release_id);
  for (const { trial_id, digest } of trials) if (!(await media.holds(digest))) find(TRIALS, trial_id);
  for (const { sheet_id, digest } of benched) if (!(await media.holds(digest))) find(BENCH, sheet_id);
  for (const { release_id, digest } of house) if (!(await media.holds(digest))) find(BENCH, release_id);
  for (const { entry_id, digest } of shown) if (!(await media.holds(digest))) find(ENTRIES, entry_id);
  for (const { tally_id, digest } of countings) if (!(await media.holds(digest))) find(COUNTINGS, tally_id);
  for (const digest of models) if (!(await model_files.holds(digest))) find(MODEL_FILES, digest);
  const notes = [
    `media: ${assets.length + uploads.length + samples.length + trials.length + benched.length + house.length} files`,
    `models: ${models.length} files`,
  ];
  return { checked: [STORED, UPLOADS, SAMPLES, TRIALS, BENCH, COUNTINGS, MODEL_FILES], violations, notes };
}
