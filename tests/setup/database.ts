import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../server/kit/database.ts';
import { urlOfDatabase } from '../../server/kit/embedded-postgres.ts';
import { TEMPLATE } from './global.ts';

export type FreshDatabase = {
  url: string;
  /** Connects when first used. Leave it alone if you bring your own. */
  pool: pg.Pool;
  drop(): Promise<void>;
};

let made = 0;

/** A migrated, empty database for one suite: a copy of the template, some 20 ms. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `test_${process.pid}_${Date.now().toString(36)}_${made++}`;
  await asAdmin(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  const url = urlOfDatabase(inject('admin_url'), name);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  // `end` does not wait for the last connection to be closed: `drop` may cut it off, which is no trouble of a test.
  pool.on('error', () => {});

  return {
    url,
    pool,
    async drop() {
      await pool.end();
      await asAdmin(`drop database if exists ${name} with (force)`);
    },
  };
}

/** The same, opened as the product opens it. */
export async function openFreshDatabase(): Promise<{ database: Database; drop(): Promise<void> }> {
  const fresh = await freshDatabase();
  const database = openDatabase(fresh.url);
  const drop = async () => {
    await database.close();
    await fresh.drop();
  };
  return { database, drop };
}

async function asAdmin(statement: string) {
  const admin = new pg.Client(inject('admin_url'));
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
