import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCommand } from './read-command.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'worker-command-'));
  await writeFile(at('token'), 'stw_secret\n');
  await writeFile(
    at('endpoints.json'),
    JSON.stringify([{ name: 'box', kind: 'cog', url: 'http://127.0.0.1:5000' }]),
  );
  const lines = (binding: object) => JSON.stringify([{ pool: 'pull:gpus', binding }]);
  await writeFile(at('models.json'), lines({ kind: 'cog', endpoint: 'box' }));
  await writeFile(at('replicate.json'), lines(OF_REPLICATE));
});
afterAll(() => rm(folder, { recursive: true }));

const OF_REPLICATE = { kind: 'replicate', endpoint: 'box', model: 'somebody/portraits' };
const COG = ['--cog', 'http://127.0.0.1:5000/'];
const read = (...more: string[]) =>
  readCommand(['--url', 'https://stellary.example/x', '--token-file', at('token'), ...more]);

test('a machine serves our own pool, or those for which it says what makes their jobs', async () => {
  expect(await read()).toMatchObject({
    ...{ url: 'https://stellary.example', token: 'stw_secret', pools: ['embedded'] },
    ...{ endpoints: [], models: [], drain_ms: 600_000 },
  });
  expect(await read('--pool', 'pull:gpus', ...COG)).toMatchObject({
    pools: ['pull:gpus'],
    endpoints: [{ url: 'http://127.0.0.1:5000' }],
    models: [{ pool: 'pull:gpus', binding: { kind: 'cog', endpoint: 'cog' } }],
  });
  const lists = ['--endpoints', at('endpoints.json'), '--models', at('models.json')];
  expect(await read(...lists)).toMatchObject({ pools: ['pull:gpus'], endpoints: [{ name: 'box' }] });
});

test('what nothing would come of is said, instead of something else being served', async () => {
  const refused = (why: string, ...more: string[]) => expect(read(...more)).rejects.toThrow(why);
  await refused('what makes the jobs of pull:gpus', '--pool', 'pull:gpus');
  await refused('which jobs --cog makes', ...COG);
  await refused('belong together', '--endpoints', at('endpoints.json'));
  await refused('one or the other', '--pool', 'pull:gpus', ...COG, '--models', at('models.json'));
  await refused('no such replicate', '--endpoints', at('endpoints.json'), '--models', at('replicate.json'));
  await refused('Unknown option', '--slot', '2');
});
