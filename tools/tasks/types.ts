import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../../server/kit/migrate.ts';
import { startThrowAwayPostgres } from '../throw-away-postgres.ts';
import { filesUnder, fingerprint, isUnchanged, writeStamp } from './digest.ts';
import { inRuntime } from './paths.ts';
import { once, runTool, step } from './steps.ts';

const OUTPUT = inRuntime('types/db.d.ts');
const STAMP = inRuntime('types/stamp.json');

/** The types of every table, read from a real database that has run all migrations. */
export async function generateTypes(): Promise<void> {
  const sources = () => [
    ...filesUnder(['server'], (file) => /\/migrations\/[^/]+\.sql$/.test(file)),
    import.meta.filename,
  ];
  const isDone = () => fs.existsSync(OUTPUT) && isUnchanged(STAMP, sources());
  await once('types', isDone, () =>
    step('types of the database', async () => {
      const stamp = fingerprint(sources());
      fs.mkdirSync(path.dirname(OUTPUT), { recursive: true });
      await withThrowAwayDatabase(generate);
      writeStamp(STAMP, stamp);
    }),
  );
}

function generate(url: string): Promise<void> {
  return runTool(
    'kysely-codegen/dist/cli/bin.js',
    [
      ...['--dialect', 'postgres', '--url', url, '--out-file', OUTPUT, '--log-level', 'error'],
      ...['--type-mapping', JSON.stringify({ int8: 'bigint' })],
      ...['--exclude-pattern', '{pg_catalog,information_schema,migration}.*'],
    ],
    { quiet: true },
  );
}

async function withThrowAwayDatabase(work: (url: string) => Promise<void>) {
  const server = await startThrowAwayPostgres();
  const pool = new pg.Pool({ connectionString: server.url, max: 1 });
  try {
    await migrate(pool);
    await work(server.url);
  } finally {
    await pool.end();
    await server.stop();
  }
}
