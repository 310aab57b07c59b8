import type { KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Chain } from './chain/index.ts';
import { certificatesDir, type Config } from './config.ts';
import { type Certificates, openCertificates } from './kit/certificate-folder.ts';
import { type Clock, systemClock } from './kit/clock.ts';
import { type CursorSeal, cursorSeal } from './kit/cursor.ts';
import { type Database, type Db, openDatabase } from './kit/database.ts';
import { type Drafts, openDrafts } from './kit/drafts.ts';
import type { EmbeddedChain } from './kit/embedded-chain.ts';
import { type FileCache, openFileCache } from './kit/file-cache.ts';
import { type FileStore, openFileStore } from './kit/files.ts';
import { type Inbox, openInbox } from './kit/inbox.ts';
import { type Live, openLive } from './kit/live.ts';
import { createLog, type Log } from './kit/log.ts';
import { type MediaLinks, mediaLinks } from './kit/media-links.ts';
import { installationSecret } from './kit/secrets.ts';
import { openParts, type Parts } from './kit/parts.ts';
import { openSigner, type Signer } from './kit/signing.ts';
import { openWake, type Wake } from './kit/wake.ts';
import {
  createDesk,
  createEngine,
  createManifestSigner,
  createOutside,
  createSandboxEngine,
  type Desk,
  type Engine,
  engineOutOf,
  finishingAt,
  type ManifestSigner,
  type Outside,
} from './modules/generation/index.ts';
import { type AccountBook, createAccountBook } from './modules/ledger/index.ts';
import { PRODUCT } from './product.ts';
import { type ChainState, openRewardsChain } from './rewards-chain.ts';

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
  /** Files of models on their way in, on the same disk. */
  model_uploads: Drafts;
  /** Files of figures that people ordered, until their time is over. */
  exports: Parts;
  media_links: MediaLinks;
  cursors: CursorSeal;
  accounts: AccountBook;
  /** Signs what others verify; its keys are not in the database. */
  signer: Signer;
  /** What the files of assets are signed with; not in the database either. */
  certificates: Certificates;
  /** Puts manifests into files. */
  manifests: ManifestSigner;
  /** Hides what was asked for in the statements of assets from everybody but their owner. */
  statement_key: KeyObject;
  /** Signs quotes. */
  quote_key: KeyObject;
  /** Hides the payer in receipts from everybody but the payer. */
  receipt_key: KeyObject;
  /** Hides whose each leaf is in what is published as owed. */
  liability_key: KeyObject;
  /** Hides browsers and networks in what is kept of who came by a link. */
  referral_key: KeyObject;
  /** Hides voters and entrants in what is published of a vote. */
  ballot_key: KeyObject;
  /** Hides the names of those who left, which nobody is given again. */
  former_key: KeyObject;
  engine: Engine;
  /** Runs models of others: the part of the engine that a release is tried with before it is published. */
  sandbox: Engine;
  /** The engines outside that the operator listed, and how they are. */
  outside: Outside;
  /** What workers sent and nobody has looked at yet. */
  inbox: Inbox;
  /** What is done to the bytes of media, in processes of their own. */
  desk: Desk;
  /** Cards that were drawn for those who pass addresses on. */
  cards: FileCache;
  /**
   * What $STELAI is paid on; null where there is none, and where it has not answered since the start: it comes when it
   * answers, so ask for it anew each time.
   */
  readonly chain: Chain | null;
  chainState(): Promise<ChainState>;
  /** Where this process can be reached; set once the listeners know their ports. */
  origins: { public: string; media: string };
  close(): Promise<void>;
};

/** Some three thousand of them. */
const CARD_BYTES_MAX = 256 * 1024 * 1024;

export type ContextOptions = {
  clock?: Clock;
  engine?: Engine;
  log?: Log;
  /** Whoever started it stops it. */
  embedded_chain?: EmbeddedChain | undefined;
};

export async function buildContext(
  config: Config,
  database_url: string,
  options: ContextOptions = {},
): Promise<Context> {
  const log = options.log ?? createLog(config.log_level);
  const clock = options.clock ?? systemClock;
  const database = openDatabase(database_url);
  // the one of all that may refuse
  const rewards = await openRewardsChain({
    ...{ config, database, clock, log, embedded: options.embedded_chain },
  }).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const wake = await openWake(database_url);
  const live = await openLive(database.db, wake, log);
  const scratch_dir = path.join(config.data_dir, 'scratch');
  await mkdir(scratch_dir, { recursive: true });
  const engines = openEngines(config, { scratch_dir, log, engine: options.engine });
  const certificates = await openCertificates(certificatesDir(config), PRODUCT);
  const manifests = createManifestSigner(() => certificates.current());
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
    model_uploads: await openDrafts(path.join(config.data_dir, 'model-uploads')),
    exports: await openParts(path.join(config.data_dir, 'exports')),
    ...(await openSecrets(database, origins)),
    accounts: createAccountBook(),
    signer: await openSigner(config.keys_dir),
    certificates,
    manifests,
    ...engines,
    inbox: openInbox(path.join(scratch_dir, 'inbox')),
    cards: openFileCache(path.join(config.data_dir, 'cards'), CARD_BYTES_MAX),
    get chain() {
      return rewards.chain;
    },
    chainState: rewards.state,
    origins,
    async close() {
      rewards.close();
      await engines.engine.close();
      await engines.outside.engine.close();
      await engines.sandbox.close();
      await engines.desk.close();
      await manifests.close();
      await live.close();
      await wake.close();
      await database.close();
    },
  };
}

/** What computes: media at the desk, models of others in the sandbox and outside, and all of them as one engine. */
function openEngines(
  config: Config,
  { scratch_dir, log, engine }: { scratch_dir: string; log: Log; engine: Engine | undefined },
): Pick<Context, 'desk' | 'sandbox' | 'outside' | 'engine'> {
  const desk = createDesk({
    children: config.runner_slots,
    scratch_dir,
    log: (line) => log.warn({ desk: line }, 'desk'),
  });
  const sandbox = createSandboxEngine({
    children: config.runner_slots,
    scratch_dir: path.join(scratch_dir, 'sandbox'),
    desk,
    log: (line) => log.info({ sandbox: line }, 'sandbox'),
  });
  const outside = createOutside({
    endpoints: config.endpoints,
    finishing: finishingAt(desk),
    log: (line) => log.warn({ endpoint: line }, 'endpoint'),
  });
  const open = () =>
    engineOutOf({
      cog: outside.engine,
      comfyui: outside.engine,
      'openai-images': outside.engine,
      replicate: outside.engine,
      onnx: sandbox,
      house: createEngine({
        children: config.runner_slots,
        scratch_dir,
        log: (line) => log.warn({ engine: line }, 'engine'),
      }),
    });
  // an engine starts its processes at once; only a runner wants them before there is work
  const whole = engine ?? (config.roles.includes('runner') ? open() : engineOnDemand(open));
  return { desk, sandbox, outside, engine: whole };
}

function engineOnDemand(open: () => Engine): Engine {
  let engine: Engine | null = null;
  return {
    run: (job, options) => (engine ??= open()).run(job, options),
    close: async () => engine?.close(),
  };
}

/** Keys of this installation that lie in its database, and what seals with them. */
async function openSecrets(
  { pool }: Database,
  origins: Context['origins'],
): Promise<
  Pick<
    Context,
    | 'media_links'
    | 'cursors'
    | 'statement_key'
    | 'quote_key'
    | 'receipt_key'
    | 'liability_key'
    | 'referral_key'
    | 'ballot_key'
    | 'former_key'
  >
> {
  return {
    media_links: mediaLinks(await installationSecret(pool, 'media-links'), () => origins.media),
    cursors: cursorSeal(await installationSecret(pool, 'cursors')),
    statement_key: await installationSecret(pool, 'statements'),
    quote_key: await installationSecret(pool, 'quotes'),
    receipt_key: await installationSecret(pool, 'receipts'),
    liability_key: await installationSecret(pool, 'liabilities'),
    referral_key: await installationSecret(pool, 'referrals'),
    ballot_key: await installationSecret(pool, 'ballots'),
    former_key: await installationSecret(pool, 'former names'),
  };
}
