import path from 'node:path';
import { readConfig } from './config.ts';
import { openDatabase } from './kit/database.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { openFileStore } from './kit/files.ts';
import { verifyMedia, verifyMoney } from './views/invariants.ts';

/** `npm run verify`: checks every invariant on the data that lies there, whether the product runs or not. */
const config = readConfig();
const data_dir = path.join(config.data_dir, 'postgres');
const running = config.database_url ?? findEmbeddedPostgres(data_dir);
const own = running
  ? null
  : await startEmbeddedPostgres({ data_dir, run_as: config.postgres_user ?? undefined });
const database = openDatabase(running ?? own?.url ?? '', { connections_max: 2 });
try {
  const media = await openFileStore(path.join(config.data_dir, 'media'));
  const results = [await verifyMoney(database.db), await verifyMedia({ db: database.db, media })];
  const violations = results.flatMap((result) => result.violations);
  for (const invariant of results.flatMap(({ checked }) => checked)) {
    const broken = violations.filter((violation) => violation.invariant === invariant);
    const subjects = broken.map(({ subject }) => subject).join(', ');
    process.stdout.write(
      `${broken.length === 0 ? 'holds ' : 'BROKEN'}  ${invariant}${subjects && `: ${subjects}`}\n`,
    );
  }
  process.stdout.write(
    violations.length === 0 ? '\nEverything holds.\n' : `\n${violations.length} violations.\n`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
} finally {
  await database.close();
  await own?.stop();
}
