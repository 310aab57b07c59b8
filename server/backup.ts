import { existsSync } from 'node:fs';
import path from 'node:path';
import about from '../package.json' with { type: 'json' };
import { readConfig } from './config.ts';
import { takeBackup } from './kit/backup.ts';
import { BackupRefused, megabytes } from './kit/backup-files.ts';
import { systemClock } from './kit/clock.ts';
import { reachPostgres } from './kit/embedded-postgres.ts';

/** `npm run backup -- <folder>`: the whole data folder with its database, while the product runs or not. */
const say = (line: string) => void process.stderr.write(`[backup] ${line}\n`);

async function backUp(folder: string | undefined): Promise<void> {
  const config = readConfig();
  const { data_dir } = config;
  if (!folder) throw new Error('name the folder to write to: npm run backup -- <folder>');
  if (config.database_url !== null)
    throw new BackupRefused(
      'DATABASE_NOT_EMBEDDED',
      'DATABASE_URL names a database of your own: back it up with its own pg_basebackup or pg_dump, and after that copy DATA_DIR',
    );
  for (const elsewhere of [config.keys_dir, config.heads_dir].filter((at) =>
    path.relative(data_dir, at).startsWith('..'),
  ))
    say(`${elsewhere} lies outside ${data_dir} and is not in this backup: keep a copy of it`);
  const postgres_dir = path.join(data_dir, 'postgres');
  if (!existsSync(path.join(postgres_dir, 'cluster')))
    throw new BackupRefused('NOTHING_TO_BACK_UP', `there is no database in ${data_dir}: is DATA_DIR right?`);

  const { url, leave } = await reachPostgres({
    data_dir: postgres_dir,
    run_as: config.postgres_user ?? undefined,
    log: say,
  });
  try {
    const begun = performance.now();
    const manifest = await takeBackup({
      folder,
      data_dir,
      postgres_dir: 'postgres',
      database_url: url,
      may_go: /^media\//,
      // the books have what was on the chain at its last checkpoint: an older state of it would lack that
      no_older: /^chain(?:\/|$)/,
      leave_out:
        /^(?:scratch|model-uploads)(?:\/|$)|^postgres\/postgres\.log|^chain\/(?!state\.json\.gz$)|\.lock$|(?:^|\/)\.draft-/,
      product_version: about.version,
      clock: systemClock,
      say,
    });
    const bytes = manifest.files.reduce((sum, file) => sum + file.size_bytes, 0);
    process.stdout.write(
      `${path.resolve(folder)}: ${manifest.files.length} files, ${megabytes(bytes)}, in ${((performance.now() - begun) / 1000).toFixed(1)} s. ` +
        `Everything that was acknowledged before ${manifest.stands_at} is in it. Keep it as secret as the data.\n`,
    );
  } finally {
    await leave();
  }
}

try {
  await backUp(process.argv[2]);
} catch (error) {
  say(error instanceof BackupRefused ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = 1;
}
