import { expect, test } from 'vitest';
import { freshDatabase } from './database.ts';

test('two suites do not see each other', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  await one.pool.query('create table mine (id int)');
  await expect(two.pool.query('select * from mine')).rejects.toThrow(/does not exist/);
  await Promise.all([one.drop(), two.drop()]);
  await expect(freshDatabase().then((database) => database.drop())).resolves.toBeUndefined();
});
