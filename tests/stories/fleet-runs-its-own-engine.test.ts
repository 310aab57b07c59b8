import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../server/kit/files.ts';
import { present } from '../../server/kit/assert.ts';
import { reap } from '../../server/roles/worker.ts';
import { creditsOf, ended, expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { comeBack, giveRole } from '../finance.ts';
import { safetensors } from '../model-files/hostile.ts';
import { type CogPeer, startCog } from '../peers/cog.ts';
import { PICTURE } from '../peers/peer.ts';
import { startWorld, type World } from '../world.ts';

// A machine with a GPU and a Cog container runs jobs of its own pool by `npm run worker`; the product has no engine.
const ROOT = path.resolve(import.meta.dirname, '../..');
const WEIGHTS = safetensors(
  JSON.stringify({ lora: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }),
  new Uint8Array(new Float32Array([1, 2]).buffer),
);
let world: World;
let cog: CogPeer;
let folder: string;
let member: Visitor;
let admin: Visitor;
let worker_id: string;
let release_id: string;
let machine: Machine;

beforeAll(async () => {
  cog = await startCog('coglet, streaming');
  folder = await mkdtemp(path.join(tmpdir(), 'stellary-fleet-'));
  world = await startWorld({ roles: 'web,worker,relay', env: { LOG_LEVEL: 'silent' } });
  const ada = await world.member('ada');
  await giveRole(world, ada, 'admin');
  await comeBack(ada);
  admin = ada;
  member = await world.member('nora');
  await publish();
  machine = await letIn();
  machine.start();
}, 60_000);
afterAll(async () => {
  await machine.end('SIGTERM');
  await expectEverythingHolds(world);
  await world.end();
  await cog.leave();
  await rm(folder, { recursive: true });
});

/** An admin publishes a model that only machines of the pool `gpus` run, with a file that they need for it. */
async function publish(): Promise<void> {
  const body = new File([Buffer.from(WEIGHTS)], 'lora.safetensors');
  const { digest } = await admin.api.registry.createModelFile({ query: { name: body.name }, body });
  await admin.api.registry.createModel({
    ...{ slug: 'portraits', title: 'Portraits', modality: 'image', creator: 'mira-solberg' },
    ...{ summary: 'Runs on a fleet.', card: '# Portraits' },
    release: {
      version: '1.0.0',
      binding: {
        kind: 'pull',
        pool: 'gpus',
        requires: { vram_gib: 16, features: ['fp8'] },
        wall_ms_max: 300_000,
      },
      files: [{ role: 'lora', digest }],
      input_schema: {
        type: 'object',
        additionalProperties: false,
        required: ['prompt'],
        properties: {
          prompt: { type: 'string', maxLength: 400 },
          image: { type: 'string', format: 'asset-id' },
          width: { type: 'integer', minimum: 64, maximum: 96, default: 96 },
          height: { type: 'integer', minimum: 64, maximum: 96, default: 64 },
        },
      },
      price_class: 'image-standard',
      licence: 'Use it freely.',
    },
  });
  release_id = await releaseOf(member, 'portraits');
}

type Machine = {
  start(): void;
  signal(name: NodeJS.Signals): void;
  end(name: NodeJS.Signals): Promise<void>;
};

/** The admin makes a token; on the machine are two lists and a command. */
async function letIn(): Promise<Machine> {
  const made = await admin.api.runners.createWorker({ name: 'Rack 1', pools: ['pull:gpus'] });
  worker_id = made.worker.id;
  await admin.api.runners.updateWorker({ id: worker_id, trust: 'trusted' });
  const files = {
    'worker.token': `${made.token}\n`,
    'endpoints.json': JSON.stringify([{ name: 'box', kind: 'cog', url: cog.url }]),
    'models.json': JSON.stringify([
      { pool: 'pull:gpus', binding: { kind: 'cog', endpoint: 'box' }, files: { lora: 'weights' } },
    ]),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const at = (name: string) => path.join(folder, name);
  const args = [
    ...['server/worker/main.ts', '--url', world.url, '--token-file', at('worker.token')],
    ...['--endpoints', at('endpoints.json'), '--models', at('models.json'), '--data-dir', at('data')],
    ...['--vram-gib', '24', '--feature', 'fp8', '--log-level', 'silent'],
  ];
  let child: ChildProcess;
  return {
    start: () =>
      void (child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })),
    signal: (name) => void child.kill(name),
    async end(name) {
      child.kill(name);
      await eventually('it has left', () => child.exitCode !== null || child.signalCode !== null, 60_000);
    },
  };
}

/** What comes of a run on its way; the engine shows itself until all of it did. */
const WATCHED = ['state', 'preview', 'progress', 'log'] as const;

const begin = async (prompt: string, input: object = {}) =>
  (await start(member, { release_id, input: { prompt, ...input } })).id;
const isThere = (ran: number) =>
  eventually('it was sent to the engine', () => cog.ran.length === ran, 60_000);

test('a member’s job is run by the machine’s own engine, watched on its way, charged, and proves itself', async () => {
  let finish: () => void = () => {};
  cog.next({ does: 'shows itself', until: new Promise<void>((resolve) => (finish = resolve)) });
  const brought = await member.api.generation.createUpload({
    body: new File([new Uint8Array(PICTURE)], 'a lighthouse.png'),
  });
  const id = await begin('a lighthouse keeper', { image: brought.id });
  const told = new Set<string>();
  for await (const event of await member.api.generation.watchGeneration({ id })) {
    told.add(event.type);
    if (WATCHED.every((type) => told.has(type))) finish();
    if (event.type !== 'preview') continue;
    expect(event).toMatchObject({ mime: 'image/webp', base64: expect.stringMatching(/^UklGR/) });
  }
  expect([...told]).toEqual(expect.arrayContaining([...WATCHED]));

  const generation = await member.api.generation.getGeneration({ id });
  expect(generation).toMatchObject({ state: 'succeeded', attempts: 1, charged_micros: '1000000' });
  const { weights, image, ...input } = cog.ran[0] as { weights: string; image: string };
  expect(input).toMatchObject({ prompt: 'a lighthouse keeper', seed: generation.seed });
  expect(weights.startsWith(folder)).toBe(true);
  expect(sha256(await readFile(weights))).toBe(sha256(WEIGHTS));
  const sent = sha256(Buffer.from(image.slice(image.indexOf(',') + 1), 'base64'));
  expect(`sha256:${sent}`).toBe(brought.digest);

  const asset = present(generation.assets[0], 'an asset');
  const { statement } = await member.api.provenance.getAssetStatement({ id: asset.id });
  const said = Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString();
  expect(JSON.parse(said)).toMatchObject({ runtime: { name: 'cog' }, release: { model: 'portraits' } });
  expect(JSON.parse(said).parents).toEqual([{ digest: brought.digest, origin: 'upload' }]);
  const body = new File([Buffer.from(await (await fetch(asset.url)).arrayBuffer())], 'a.webp');
  const found = await world.visitor().api.provenance.createLookup({ body });
  expect(JSON.stringify(found)).toContain(asset.id);
});

test('a machine that dies at its work is started again, and the job is done and charged once', async () => {
  const before = await creditsOf(member);
  cog.next({ does: 'hangs' });
  const id = await begin('a ship');
  await isThere(2);
  await reaches(member, id, 'running');
  await machine.end('SIGKILL');
  await world.context.db
    .updateTable('generation.generation')
    .set({ lease_until: new Date(0) })
    .where('id', '=', id)
    .execute();
  await reap(world.context);
  machine.start();
  expect(await ended(member, id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(await creditsOf(member)).toEqual({ available: before.available - 1, held: 0 });
});

test('nothing is fetched while its engine is not well, and nobody is blamed', async () => {
  cog.health = 'STARTING';
  const id = await begin('a heron');
  // its open request may have been there before the engine fell ill: then the job comes back undone
  await eventually('it waits', async () => {
    const { items } = await admin.api.runners.listPools();
    return items.some(({ pool, waiting, in_hand }) => pool === 'pull:gpus' && waiting === 1 && in_hand === 0);
  });
  cog.health = 'READY';
  expect(await ended(member, id)).toMatchObject({ state: 'succeeded' });
  const { items } = await admin.api.runners.listWorkers();
  expect(items.find((one) => one.id === worker_id)).toMatchObject({ trust: 'trusted', failed: 0 });
});

test('a payer cancels, and the engine is told; asked to leave, the machine ends what it has and takes nothing new', async () => {
  const before = cog.stopped.length;
  cog.next({ does: 'hangs' });
  const stopped = await begin('for ever');
  await reaches(member, stopped, 'running');
  await member.api.generation.createCancellation({ id: stopped });
  expect(await ended(member, stopped)).toMatchObject({ state: 'cancelled', charged_micros: null });
  expect(cog.stopped).toHaveLength(before + 1);

  let finish: () => void = () => {};
  cog.next({ does: 'shows itself', until: new Promise<void>((resolve) => (finish = resolve)) });
  const id = await begin('the last one');
  await reaches(member, id, 'running');
  machine.signal('SIGTERM');
  const late = await begin('too late');
  finish();
  expect(await ended(member, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await member.api.generation.getGeneration({ id: late })).toMatchObject({ state: 'queued' });
  await member.api.generation.createCancellation({ id: late });
});
