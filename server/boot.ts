import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Config, ServerRole } from './config.ts';
import { buildContext, type Context, type ContextOptions } from './context.ts';
import { firstData } from './flows/first-data.ts';
import { type Database, openDatabase, refuseUnsafeSettings } from './kit/database.ts';
import { type EmbeddedChain, EmbeddedChainFailed, startEmbeddedChain } from './kit/embedded-chain.ts';
import { startEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { AlreadyRunning, takeInstanceLock } from './kit/instance-lock.ts';
import { migrate } from './kit/migrate.ts';
import { grantPrivileges, refuseWideRole } from './privileges.ts';
import { ChainRefused } from './rewards-chain.ts';
import { startRelay } from './roles/relay.ts';
import { startRunner } from './roles/runner.ts';
import { startWeb } from './roles/web.ts';
import { startWorker } from './roles/worker.ts';

export type Running = { context: Context; stop(): Promise<void> };

export type BootOptions = Omit<ContextOptions, 'embedded_chain'> & {
  say?: (what: string) => void;
  durable?: boolean;
  /** How quickly the embedded chain becomes older while nothing happens on it. */
  chain_block_ms?: number;
};

/** Brings up database, migrations, chain, first data and roles; what was brought up is taken down in reverse. */
export async function boot(config: Config, options: BootOptions = {}): Promise<Running> {
  const { say = () => {}, durable = true } = options;
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let act = undo.pop(); act; act = undo.pop()) await act();
  };
  try {
    await mkdir(config.data_dir, { recursive: true });
    if (config.database_url === null) {
      // with a database of its own several processes may share one folder, each with its roles
      const lock = takeInstanceLock(config.data_dir);
      undo.push(() => lock.release());
    }
    say('database');
    const database_url = config.database_url ?? (await embedded(config, { durable, say }, undo));
    const app_url = await prepare(database_url, config.app_database_url, durable);
    const chain = await chainBeneath(config, options, undo);
    const context = await buildContext({ ...config, chain: chain.setting }, app_url, {
      ...options,
      embedded_chain: chain.embedded,
    });
    undo.push(() => context.close());
    say('first data');
    await firstData(context);
    if (config.roles.length > 0) say(`roles: ${config.roles.join(', ')}`);
    for (const role of START_ORDER) if (config.roles.includes(role)) undo.push(await STARTERS[role](context));
    return { context, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Those who answer come last: by then everything they need is there. */
const START_ORDER: readonly ServerRole[] = ['relay', 'worker', 'runner', 'web'];
const STARTERS: Record<ServerRole, (context: Context) => Promise<() => Promise<void>>> = {
  relay: async (context) => (await startRelay(context)).stop,
  worker: async (context) => startWorker(context).stop,
  runner: async (context) => startRunner(context).stop,
  web: async (context) => (await startWeb(context)).close,
};

async function embedded(
  config: Config,
  options: { durable: boolean; say: (what: string) => void },
  undo: (() => Promise<void> | void)[],
): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    data_dir: path.join(config.data_dir, 'postgres'),
    durable: options.durable,
    log: options.say,
    run_as: config.postgres_user ?? undefined,
  });
  undo.push(() => postgres.stop());
  return postgres.url;
}

/** A laptop that cannot run one goes without; whoever asked for one is told. */
async function chainBeneath(
  { chain: setting, data_dir }: Config,
  { say = () => {}, chain_block_ms }: BootOptions,
  undo: (() => Promise<void> | void)[],
): Promise<{ setting: Config['chain']; embedded?: EmbeddedChain }> {
  if (setting.kind !== 'embedded') return { setting };
  say('chain');
  try {
    const embedded = await startEmbeddedChain({
      data_dir: path.join(data_dir, 'chain'),
      block_ms: chain_block_ms,
      log: say,
    });
    undo.push(() => embedded.stop());
    return { setting, embedded };
  } catch (error) {
    if (error instanceof AlreadyRunning)
      throw new ChainRefused(
        'CHAIN_IN_USE',
        `process ${error.pid} holds the embedded chain of ${data_dir}: let one process have all roles, or run a node of your own and name it (CHAIN)`,
      );
    if (setting.is_asked_for || !cannotRunHere(error)) throw error;
    say(`no chain, so no $STELAI is paid: ${error.message}`);
    return { setting: { kind: 'none' } };
  }
}

const cannotRunHere = (error: unknown): error is EmbeddedChainFailed =>
  error instanceof EmbeddedChainFailed &&
  (error.code === 'CHAIN_NO_BINARY' || error.code === 'CHAIN_NEEDS_GLIBC');

/** The owner migrates and grants; from then on everything works as a role that owns nothing. Answers its address. */
async function prepare(owner_url: string, app_url: string | null, durable: boolean): Promise<string> {
  await withPool(owner_url, async (pool) => {
    if (durable) await refuseUnsafeSettings(pool);
    await migrate(pool);
  });
  const url = await grantPrivileges(owner_url, app_url);
  await withPool(url, refuseWideRole);
  return url;
}

async function withPool(url: string, work: (pool: Database['pool']) => Promise<void>): Promise<void> {
  const { pool, close } = openDatabase(url, { connections_max: 2 });
  try {
    await work(pool);
  } finally {
    await close();
  }
}
