// One PostgreSQL for the whole run, and one migrated database in it that every suite copies.
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { urlOfDatabase } from '../../server/kit/embedded-postgres.ts';
import { migrate } from '../../server/kit/migrate.ts';
import { grantPrivileges } from '../../server/privileges.ts';
import { sweepQuickFolder } from '../../tools/quick-folder.ts';
import { startThrowAwayPostgres } from '../../tools/throw-away-postgres.ts';

export const TEMPLATE = 'template_stellary';
/** Of the folder of each product that a test boots. */
export const WORLD_PREFIX = 'stellary-world-';

declare module 'vitest' {
  export interface ProvidedContext {
    admin_url: string;
  }
}

export default async function setup(project: TestProject) {
  sweepQuickFolder(WORLD_PREFIX);
  const server = await startThrowAwayPostgres({ max_connections: '200' });
  await createTemplate(server.url);
  project.provide('admin_url', server.url);
  return () => server.stop();
}

async function createTemplate(adminUrl: string) {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();

  const url = urlOfDatabase(adminUrl, TEMPLATE);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await migrate(pool);
    await grantPrivileges(url);
  } finally {
    await pool.end(); // nobody may be connected to a template while it is copied
  }
}
