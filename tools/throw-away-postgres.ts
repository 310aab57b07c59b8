// A database for the length of one command, quick because nobody wants its data back.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../server/kit/embedded-postgres.ts';
import { quickFolder } from './quick-folder.ts';

export type ThrowAwayPostgres = { url: string; stop(): Promise<void> };

const PREFIX = 'stellary-throw-away-';
/** Little is written between two copies of a database, and its log need not lie there for long. */
const SETTINGS = { max_wal_size: '512MB' };
/** Younger ones may belong to a command that is just starting. */
const ABANDONED_AFTER_MS = 10 * 60_000;

export async function startThrowAwayPostgres(
  settings: Record<string, string> = {},
): Promise<ThrowAwayPostgres> {
  await sweep();
  const folder = fs.mkdtempSync(path.join(quickFolder(), PREFIX));
  fs.chmodSync(folder, 0o755); // as root, PostgreSQL runs under another account and has to pass
  const server = await startEmbeddedPostgres({
    data_dir: dataIn(folder),
    durable: false,
    run_as: process.env.EMBEDDED_PG_USER,
    settings: { ...SETTINGS, ...settings },
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What commands left that were killed: folders, and perhaps servers in them. */
async function sweep() {
  const parents = [...new Set([os.tmpdir(), quickFolder()])];
  const folders = parents.flatMap((parent) =>
    fs
      .readdirSync(parent)
      .filter((entry) => entry.startsWith(PREFIX))
      .map((name) => path.join(parent, name)),
  );
  for (const folder of folders) {
    try {
      if (Date.now() - fs.statSync(folder).mtimeMs < ABANDONED_AFTER_MS) continue;
      if (findEmbeddedPostgres(dataIn(folder))) await stopOrphan(dataIn(folder));
      fs.rmSync(folder, { recursive: true, force: true });
    } catch {
      continue; // somebody else's, or in use
    }
  }
}

/** Refused if its command still lives. */
async function stopOrphan(data_dir: string) {
  const orphan = await startEmbeddedPostgres({ data_dir, durable: false });
  await orphan.stop();
}

const dataIn = (folder: string) => path.join(folder, 'postgres');
