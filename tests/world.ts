import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { boot } from '../server/boot.ts';
import { readConfig } from '../server/config.ts';
import type { Context, ContextOptions } from '../server/context.ts';
import * as identity from '../server/modules/identity/index.ts';
import { quickFolder } from '../tools/quick-folder.ts';
import { type Client, openClient, type Visitor } from './client.ts';
import { type FreshDatabase, freshDatabase } from './setup/database.ts';
import { WORLD_PREFIX } from './setup/global.ts';

export type World = {
  context: Context;
  url: string;
  /** Somebody without an account. */
  visitor(): Visitor;
  /** Somebody who just signed up, with the welcome credits. */
  member(name: string): Promise<Visitor & { email: string; password: string }>;
  /** A house creator by handle, signed in. */
  creator(handle: string): Promise<Visitor>;
  end(): Promise<void>;
};

export const PASSWORD = 'correct horse battery';
let people = 0;
const QUICK_CHAIN = { CHAIN: 'embedded', REWARDS_DELAY_S: '1', WALLET_WAIT_S: '0' };
const CHAIN_BLOCK_MS = 50;

type WorldOptions = ContextOptions & {
  roles?: string;
  env?: Record<string, string>;
  /** A detour to the database, for tests of what becomes of a bad line. */
  through?: (database_url: string) => string;
  /** With a chain of its own, on which little has to be waited for. */
  chain?: boolean;
};

/** The whole product in this process, on a database of its own and free ports. */
export const startWorld = async (options: WorldOptions = {}): Promise<World> =>
  startWorldOn(await freshDatabase(), options);

/** The same on a database that somebody brings, for what is no test. */
export async function startWorldOn(
  database: Pick<FreshDatabase, 'url' | 'drop'>,
  options: WorldOptions = {},
): Promise<World> {
  const data_dir = await mkdtemp(path.join(quickFolder(), WORLD_PREFIX));
  const config = readConfig({
    DATA_DIR: data_dir,
    DATABASE_URL: options.through?.(database.url) ?? database.url,
    PORT: '0',
    LOG_LEVEL: 'error',
    RUNNER_SLOTS: '1',
    ...(options.chain ? QUICK_CHAIN : { CHAIN: 'none' }),
    ...(options.roles ? { ROLES: options.roles } : {}),
    ...options.env,
  });
  const running = await boot(config, { ...options, durable: false, chain_block_ms: CHAIN_BLOCK_MS });
  const { context } = running;
  const url = context.origins.public;
  const visitor = () => openClient(url);
  return {
    context,
    url,
    visitor,
    async member(name) {
      const person = visitor();
      const email = `${name}-${(people += 1)}@example.org`;
      await person.api.identity.createSignUp({ email, password: PASSWORD, display_name: name });
      return { ...person, email, password: PASSWORD };
    },
    async creator(handle) {
      const person = visitor();
      const email = `${handle}@house.invalid`;
      // house creators have no password of their own; in a test they get one
      const password_hash = await identity.hashNewPassword(PASSWORD, email);
      await context.db
        .updateTable('identity.account')
        .set({ password_hash })
        .where('handle', '=', handle)
        .execute();
      await person.api.identity.createSession({ email, password: PASSWORD });
      return person;
    },
    async end() {
      await running.stop();
      await database.drop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

export type { Client };
