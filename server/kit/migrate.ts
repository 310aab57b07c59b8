import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type pg from 'pg';

/** Foreign keys point only backwards in this order, so migrations run in it. */
export const SCHEMAS = [
  'kit',
  'identity',
  'ledger',
  'moderation',
  'registry',
  'program',
  'marketplace',
  'generation',
  'earnings',
  'analytics',
  'competitions',
  'campaigns',
  'rewards',
  'payouts',
] as const;

const serverFolder = path.resolve(import.meta.dirname, '..');

/** Runs every migration that has not run yet, all in one transaction; two starts at once are safe. */
export async function migrate(pool: pg.Pool, root: string = serverFolder): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => migrationsOf(root) },
    migrationTableSchema: 'migration',
    // a module may get a migration while a later module already has newer ones
    allowUnorderedMigrations: true,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    // tables of before the first release were replaced, not changed: there is nothing to bring over
    if (error instanceof Error && /previously executed migration .* is missing/.test(error.message))
      throw new Error('this database was made by another version of the product: start with a new DATA_DIR', {
        cause: error,
      });
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(
      `migration ${failed ?? ''} failed: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function migrationsOf(root: string): Promise<Record<string, Migration>> {
  const found: Record<string, Migration> = {};
  for (const [index, schema] of SCHEMAS.entries()) {
    const folder =
      schema === 'kit' ? path.join(root, 'kit/migrations') : path.join(root, 'modules', schema, 'migrations');
    const files = await readdir(folder).catch(() => []);
    for (const file of files.filter((name) => name.endsWith('.sql')).sort()) {
      const text = await readFile(path.join(folder, file), 'utf8');
      const name = `${String(index).padStart(2, '0')}-${schema}/${file.slice(0, -4)}`;
      found[name] = {
        up: (tx) =>
          sql
            .raw(text)
            .execute(tx)
            .then(() => {}),
      };
    }
  }
  return found;
}
