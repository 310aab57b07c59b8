import path from 'node:path';
import { parseArgs } from 'node:util';
import { inWords } from '@stellary/proofs';
import { type Config, readConfig } from './config.ts';
import { BackupRefused, megabytes } from './kit/backup-files.ts';
import { restoreBackup } from './kit/backup-restore.ts';
import { systemClock } from './kit/clock.ts';
import { openDatabase } from './kit/database.ts';
import { findingsOf } from './kit/findings.ts';
import { migrate } from './kit/migrate.ts';
import { keysOf } from './kit/signing.ts';
import { PARTS, verifyInstallation } from './views/verification.ts';

/** `npm run restore -- <folder> [--data-dir <dir>] [--force]`: a backup becomes a data folder, once all of it is verified. */
const say = (line: string) => void process.stderr.write(`[restore] ${line}\n`);

async function restore(): Promise<void> {
  const config = readConfig();
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: { 'data-dir': { type: 'string' }, force: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [folder] = positionals;
  if (!folder) throw new Error('name the backup: npm run restore -- <folder> [--data-dir <dir>] [--force]');
  if (config.database_url !== null)
    throw new BackupRefused(
      'DATABASE_NOT_EMBEDDED',
      'DATABASE_URL names a database of your own, and this backup holds one for the embedded PostgreSQL: unset DATABASE_URL',
    );
  const data_dir = path.resolve(values['data-dir'] ?? config.data_dir);
  const begun = performance.now();
  let proved = 'everything holds';
  const { manifest, moved_aside } = await restoreBackup({
    folder: path.resolve(folder),
    data_dir,
    postgres_dir: 'postgres',
    run_as: config.postgres_user ?? undefined,
    force: values.force,
    prove: async (restored) => {
      if (!(await prove(config, restored))) proved = 'what could be checked without keys holds';
    },
    clock: systemClock,
    say,
  });
  const bytes = manifest.files.reduce((sum, file) => sum + file.size_bytes, 0);
  if (moved_aside) say(`what lay there before is in ${moved_aside}`);
  process.stdout.write(
    `${data_dir}: ${megabytes(bytes)} restored in ${((performance.now() - begun) / 1000).toFixed(1)} s, and ${proved}. ` +
      `It stands where it stood at ${manifest.stands_at}.\n`,
  );
}

/** Brings an older backup to this program's tables, as a start would, and verifies all of it as `npm run verify` does. Answers whether it could. */
async function prove(
  config: Config,
  restored: { database_url: string; data_dir: string; stands_at: Date },
): Promise<boolean> {
  const database = openDatabase(restored.database_url, { connections_max: 2 });
  try {
    await migrate(database.pool);
    // what lies outside the data folder is not in the backup, and stays where it is
    const restoredOf = (at: string) => {
      const below = path.relative(config.data_dir, at);
      return below.startsWith('..') ? at : path.join(restored.data_dir, below);
    };
    const keys_dir = restoredOf(config.keys_dir);
    const jwks = keysOf(keys_dir);
    const names = Object.keys(PARTS).filter((name) => jwks.keys.length > 0 || !NEED_KEYS.has(name));
    say(`verifying ${names.join(', ')}`);
    const found = await verifyInstallation(
      {
        db: database.db,
        media_dir: path.join(restored.data_dir, 'media'),
        model_files_dir: path.join(restored.data_dir, 'model-files'),
        heads_dir: restoredOf(config.heads_dir),
        heads_until: restored.stands_at,
        jwks,
      },
      names,
    );
    for (const line of [...inWords(findingsOf(found)), ...found.notes]) say(line);
    if (found.violations.length > 0) {
      const said = found.violations.map(({ invariant, subject }) => `${invariant}: ${subject}`).join('; ');
      throw new BackupRefused(
        'BOOKS_BROKEN',
        `the restored books are not whole, so nothing was replaced: ${said}`,
      );
    }
    if (jwks.keys.length > 0) return true;
    say(`there are no keys in ${keys_dir}: whether what was signed is as it was signed was not checked`);
    return false;
  } finally {
    await database.close();
  }
}

/** Whoever lost the keys can still have the money back. */
const NEED_KEYS = new Set(['audit', 'receipts', 'published', 'provenance']);

try {
  await restore();
} catch (error) {
  say(error instanceof BackupRefused ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = 1;
}
