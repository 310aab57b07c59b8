import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import type { Context } from '../../server/context.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/kit/embedded-postgres.ts';
import { fill, type Filled } from './fill.ts';

/** The product without any of its roles, on a durable PostgreSQL of its own, full of facts. */
export type World = {
  postgres: EmbeddedPostgres;
  context: Context;
  filled: Filled;
  /** Asks as the owner of the database. */
  ask(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  close(): Promise<void>;
};

export async function openWorld(facts: number): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stellary-bench-analytics-'));
  await chmod(folder, 0o755); // as root, PostgreSQL runs under another account and has to pass
  const postgres = await startEmbeddedPostgres({
    data_dir: path.join(folder, 'postgres'),
    // room for what is read often, and no checkpoint in the middle of a pair
    settings: { shared_buffers: '2GB', max_wal_size: '16GB', checkpoint_timeout: '1h' },
  });
  const env = {
    DATA_DIR: path.join(folder, 'data'),
    DATABASE_URL: postgres.url,
    PORT: '0',
    LOG_LEVEL: 'error',
  };
  const running = await boot({ ...readConfig(env), roles: [] });
  const owner = new pg.Pool({ connectionString: postgres.url, max: 2 });
  const close = async () => {
    await owner.end();
    await running.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const filled = await fill(postgres.url, facts, running.context.clock.now());
    return {
      ...{ postgres, context: running.context, filled, close },
      ask: (text, values = []) => owner.query(text, values),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
