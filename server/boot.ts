import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Config, ServerRole } from './config.ts';
import { buildContext, type Context, type ContextOptions } from './context.ts';
import { firstData } from './flows/first-data.ts';
import { type Database, openDatabase, refuseUnsafeSettings } from './kit/database.ts';
import { startEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { takeInstanceLock } from './kit/instance-lock.ts';
import { migrate } from './kit/migrate.ts';
import { grantPrivileges, refuseWideRole } from './privileges.ts';
import { startRelay } from './roles/relay.ts';
import { startRunner } from './roles/runner.ts';
import { startWeb } from './roles/web.ts';
import { startWorker } from './roles/worker.ts';

export type Running = { context: Context; stop(): Promise<void> };

/** Brings up database, migrations, first data and roles; what was brought up is taken down in reverse. */
export async function boot(
  config: Config,
  options: ContextOptions & { say?: (what: string) => void; durable?: boolean } = {},
): Promise<Running> {
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
    const context = await buildContext(config, app_url, options);
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
