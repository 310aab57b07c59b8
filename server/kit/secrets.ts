import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type pg from 'pg';

/**
 * A random key of this installation: made on first use, the same for every process on this database. As an object it is
 * in no log, and Node signs with it five times as fast as with its bytes.
 */
export async function installationSecret(pool: pg.Pool, name: string): Promise<KeyObject> {
  await pool.query('insert into kit.secret (name, value) values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(32),
  ]);
  const { rows } = await pool.query<{ value: Buffer }>('select value from kit.secret where name = $1', [
    name,
  ]);
  const secret = rows[0]?.value;
  if (!secret) throw new Error(`the secret ${name} could not be made`);
  return createSecretKey(secret);
}
