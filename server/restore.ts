import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { BackupRefused, megabytes } from './kit/backup-files.ts';
import { restoreBackup } from './kit/backup-restore.ts';
import { systemClock } from './kit/clock.ts';
import { openDatabase } from './kit/database.ts';
import { openFileStore } from './kit/files.ts';
import { migrate } from './kit/migrate.ts';
import { verifyMedia, verifyMoney } from './views/invariants.ts';

/** `npm run restore -- <folder> [--data-dir <dir>] [--force]`: a backup becomes a data folder, once its books are found whole. */
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
  const { manifest, moved_aside } = await restoreBackup({
    folder: path.resolve(folder),
    data_dir,
    postgres_dir: 'postgres',
    run_as: config.postgres_user ?? undefined,
    force: values.force,
    prove: proveBooks,
    clock: systemClock,
    say,
  });
  const bytes = manifest.files.reduce((sum, file) => sum + file.size_bytes, 0);
  if (moved_aside) say(`what lay there before is in ${moved_aside}`);
  process.stdout.write(
    `${data_dir}: ${megabytes(bytes)} restored in ${((performance.now() - begun) / 1000).toFixed(1)} s, and everything holds. ` +
      `It stands where it stood at ${manifest.stands_at}.\n`,
  );
}

/** Brings an older backup to this program's tables, as a start would, and checks every invariant of the money and every stored file. */
async function proveBooks(restored: { database_url: string; data_dir: string }): Promise<void> {
  const database = openDatabase(restored.database_url, { connections_max: 2 });
  try {
    await migrate(database.pool);
    say('checking the books');
    const media = await openFileStore(path.join(restored.data_dir, 'media'));
    const results = [await verifyMoney(database.db), await verifyMedia({ db: database.db, media })];
    const violations = results.flatMap((result) => result.violations);
    if (violations.length > 0) {
      const said = violations.map(({ invariant, subject }) => `${invariant}: ${subject}`).join('; ');
      throw new BackupRefused(
        'BOOKS_BROKEN',
        `the restored books are not whole, so nothing was replaced: ${said}`,
      );
    }
    say(`${results.reduce((sum, { checked }) => sum + checked.length, 0)} invariants hold`);
  } finally {
    await database.close();
  }
}

try {
  await restore();
} catch (error) {
  say(error instanceof BackupRefused ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = 1;
}
