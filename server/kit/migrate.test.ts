import { mkdtemp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { migrate } from './migrate.ts';

test('a database of another version is refused with a sentence that says what to do', async () => {
  const fresh = await freshDatabase();
  await fresh.pool.query('drop schema migration cascade');
  const root = await mkdtemp(path.join(os.tmpdir(), 'stellary-migrate-'));
  const file = (name: string) => path.join(root, 'kit/migrations', name);
  try {
    await mkdir(path.join(root, 'kit/migrations'), { recursive: true });
    await writeFile(file('0001-one.sql'), 'create table one (id int)');
    await migrate(fresh.pool, root);
    await migrate(fresh.pool, root);
    await rename(file('0001-one.sql'), file('0001-another.sql'));
    await expect(migrate(fresh.pool, root)).rejects.toThrow(/another version .* new DATA_DIR/);
  } finally {
    await fresh.drop();
    await rm(root, { recursive: true, force: true });
  }
});
