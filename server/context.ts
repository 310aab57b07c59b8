import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';
import { type Clock, systemClock } from './kit/clock.ts';
import { type CursorSeal, cursorSeal } from './kit/cursor.ts';
import { type Database, type Db, openDatabase } from './kit/database.ts';
import { type FileStore, openFileStore } from './kit/files.ts';
import { type Live, openLive } from './kit/live.ts';
import { createLog, type Log } from './kit/log.ts';
import { type MediaLinks, mediaLinks } from './kit/media-links.ts';
import { installationSecret } from './kit/secrets.ts';
import { openSigner, type Signer } from './kit/signing.ts';
import { openWake, type Wake } from './kit/wake.ts';
import { createEngine, type Engine } from './modules/generation/index.ts';
import { type AccountBook, createAccountBook } from './modules/ledger/index.ts';

/** Everything an act may need, passed by hand. There is no other way to reach any of it. */
export type Context = {
  config: Config;
  log: Log;
  clock: Clock;
  database: Database;
  db: Db;
  wake: Wake;
  live: Live;
  /** Media that generations made; served on the media origin by signed link. */
  media: FileStore;
  /** Component files of releases; never served. */
  model_files: FileStore;
  media_links: MediaLinks;
  cursors: CursorSeal;
  accounts: AccountBook;
  /** Signs what others verify; its keys are not in the database. */
  signer: Signer;
  /** Signs quotes. */
  quote_key: Buffer;
  /** Hides the payer in receipts from everybody but the payer. */
  receipt_key: Buffer;
  /** Hides whose each leaf is in what is published as owed. */
  liability_key: Buffer;
  engine: Engine;
  /** Where this process can be reached; set once the listeners know their ports. */
  origins: { public: string; media: string };
  close(): Promise<void>;
};

export type ContextOptions = { clock?: Clock; engine?: Engine; log?: Log };

export async function buildContext(
  config: Config,
  database_url: string,
  options: ContextOptions = {},
): Promise<Context> {
  const log = options.log ?? createLog(config.log_level);
  const clock = options.clock ?? systemClock;
  const database = openDatabase(database_url);
  const wake = await openWake(database_url);
  const live = await openLive(database.db, wake, log);
  const scratch_dir = path.join(config.data_dir, 'scratch');
  await mkdir(scratch_dir, { recursive: true });
  const openEngine = () =>
    createEngine({
      children: config.runner_slots,
      scratch_dir,
      log: (line) => log.warn({ engine: line }, 'engine'),
    });
  // an engine starts its processes at once; only a runner wants them before there is work
  const engine =
    options.engine ?? (config.roles.includes('runner') ? openEngine() : engineOnDemand(openEngine));
  const origins = { public: config.public_url ?? '', media: config.media_url ?? '' };
  return {
    config,
    log,
    clock,
    database,
    db: database.db,
    wake,
    live,
    media: await openFileStore(path.join(config.data_dir, 'media')),
    model_files: await openFileStore(path.join(config.data_dir, 'model-files')),
    media_links: mediaLinks(await installationSecret(database.pool, 'media-links'), () => origins.media),
    cursors: cursorSeal(await installationSecret(database.pool, 'cursors')),
    accounts: createAccountBook(),
    signer: await openSigner(config.keys_dir),
    quote_key: await installationSecret(database.pool, 'quotes'),
    receipt_key: await installationSecret(database.pool, 'receipts'),
    liability_key: await installationSecret(database.pool, 'liabilities'),
    engine,
    origins,
    async close() {
      await engine.close();
      await live.close();
      await wake.close();
      await database.close();
    },
  };
}

function engineOnDemand(open: () => Engine): Engine {
  let engine: Engine | null = null;
  return {
    run: (job, options) => (engine ??= open()).run(job, options),
    close: async () => engine?.close(),
  };
}
