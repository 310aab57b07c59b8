import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishModel } from '../../server/flows/publish-model.ts';
import { type AccountId, asId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import * as identity from '../../server/modules/identity/index.ts';
import * as program from '../../server/modules/program/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { submitted } from '../accepted.ts';
import { creditsOf, ended, expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { type CogPeer, startCog } from '../peers/cog.ts';
import { TOKEN } from '../peers/peer.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

let cog: CogPeer;
let folder: string;
let world: World;
let member: Visitor;
let release_id: string;

beforeAll(async () => {
  cog = await startCog('coglet');
  folder = await mkdtemp(path.join(tmpdir(), 'stellary-endpoints-'));
  const file = path.join(folder, 'endpoints.json');
  const listed = [{ name: 'painter', kind: 'cog', url: cog.url, token_env: 'PAINTER_TOKEN', slots: 1 }];
  await writeFile(file, JSON.stringify(listed));
  // silent: an engine goes away here on purpose
  const env = { ENDPOINTS_FILE: file, PAINTER_TOKEN: TOKEN, LOG_LEVEL: 'silent' };
  world = await startWorld({ env });
  member = await world.member('nora');
  release_id = await publishPainter();
});
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
  await cog.leave();
  await rm(folder, { recursive: true });
});

/** A model whose releases run behind the endpoint; its creator is one of the house. */
async function publishPainter(): Promise<string> {
  const mira = await world.creator('mira-solberg');
  const creator_id = asId<AccountId>(present((await mira.api.identity.getMe({})).account, 'an account').id);
  const drift = await registry.releaseById(world.context.db, asId<ReleaseId>(await releaseOf(member)));
  const { metering, price_class, licence } = present(drift, 'Drift');
  await publishModel(world.context, {
    ...{ creator_id, slug: 'painter', title: 'Painter', modality: 'image' },
    ...{ summary: 'Runs elsewhere', description: '' },
    agreement: { terms_version: '2026-11', share_ppm: 700_000 },
    split: [{ person_id: creator_id, role: 'creator', part_ppm: 1_000_000 }],
    content: {
      ...{ version: '1.0.0', metering, price_class, licence, samples: [], files: [] },
      binding: { kind: 'cog', endpoint: 'painter', rename: { height: '' } },
      input_schema: {
        type: 'object',
        additionalProperties: false,
        required: ['prompt'],
        properties: {
          prompt: { type: 'string', maxLength: 400 },
          width: { type: 'integer', minimum: 64, maximum: 1024, default: 96 },
          height: { type: 'integer', minimum: 64, maximum: 1024, default: 64 },
        },
      },
    },
  });
  return releaseOf(member, 'painter');
}

const begin = async (prompt: string) => (await start(member, { release_id, input: { prompt } })).id;
const look = (id: string) => member.api.generation.getGeneration({ id });
const chargesOf = async (id: string) =>
  (await member.api.wallet.listWalletEntries({ kind: 'charge' })).items.filter(
    ({ generation_id }) => generation_id === id,
  );

test('a picture is made elsewhere, watched on its way, and charged as any other', async () => {
  const before = await creditsOf(member);
  cog.next({ does: 'succeeds', step_ms: 500 });
  const id = await begin('a harbour at night');
  const told: string[] = [];
  for await (const event of await member.api.generation.watchGeneration({ id })) told.push(event.type);
  expect(told).toContain('progress');
  expect(told).toContain('log');

  const generation = await look(id);
  expect(generation).toMatchObject({ state: 'succeeded', charged_micros: '1000000' });
  expect(cog.ran.at(-1)).toMatchObject({ prompt: 'a harbour at night', seed: generation.seed });
  const [asset] = generation.assets;
  const bytes = Buffer.from(await (await fetch(present(asset, 'an asset').url)).arrayBuffer());
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 96, height: 64 });
  expect(bytes.toString('latin1')).not.toContain('canary-artist');
  expect(await creditsOf(member)).toEqual({ available: before.available - 1, held: 0 });
});

test('a job waits while the engine is away, and is charged once when it is back', async () => {
  const before = await creditsOf(member);
  cog.next({ does: 'dies' });
  const id = await begin('a lighthouse');
  await eventually('it was sent there', () => Promise.resolve(cog.ran.length === 2));
  await cog.leave();
  await reaches(member, id, 'queued');
  expect(await creditsOf(member)).toEqual({ available: before.available - 1, held: 1 });
  expect(await look(id)).toMatchObject({ attempts: 0, failure: null });

  await cog.comeBack();
  expect(await ended(member, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await chargesOf(id)).toHaveLength(1);
  expect(await creditsOf(member)).toEqual({ available: before.available - 1, held: 0 });
});

test('whoever cancels stops the engine too, and pays nothing', async () => {
  const before = await creditsOf(member);
  const stopped = cog.stopped.length;
  cog.next({ does: 'hangs' });
  const id = await begin('a bridge');
  await reaches(member, id, 'running');
  await member.api.generation.createCancellation({ id });
  expect(await ended(member, id)).toMatchObject({ state: 'cancelled', charged_micros: null });
  expect(cog.stopped.length).toBe(stopped + 1);
  expect(await creditsOf(member)).toEqual({ ...before, held: 0 });
  expect(await chargesOf(id)).toEqual([]);
});

test('an admin sees how it is, and nobody sees its token', async () => {
  await expectRefusal(member.api.runners.listEndpoints({}), 'NOT_ALLOWED');
  const admin = await world.member('ada');
  const { id } = present((await admin.api.identity.getMe({})).account, 'an account');
  await world.context.database.inTransaction((tx) =>
    identity.grantRole(
      tx,
      { account_id: asId<AccountId>(id), role: 'admin', by: 'test' },
      world.context.clock.now(),
    ),
  );
  // who rises signs in anew
  await admin.api.identity.createSession({ email: admin.email, password: admin.password });
  const ready = {
    name: 'painter',
    kind: 'cog',
    origin: cog.url,
    slots: 1,
    has_token: true,
    waiting: 0,
    running: 0,
  };
  const shown = await admin.api.runners.listEndpoints({});
  expect(shown).toEqual({ items: [{ ...ready, health: { state: 'ready', reason: null } }] });

  cog.health = 'SETUP_FAILED';
  const reason = 'SETUP_FAILED: no weights on this disk';
  expect((await admin.api.runners.listEndpoints({})).items[0]?.health).toEqual({ state: 'failed', reason });
  await cog.leave();
  expect((await admin.api.runners.listEndpoints({})).items[0]?.health).toMatchObject({ state: 'down' });
  await cog.comeBack();
  cog.health = 'READY';

  const { rows } = await world.context.database.pool.query<{ found: boolean }>(
    `select exists (select from generation.generation g where g::text like $1) or exists (select from registry.release r where r::text like $1) or exists (select from kit.audit_log l where l::text like $1) or exists (select from kit.outbox o where o::text like $1) as found`,
    [`%${TOKEN}%`],
  );
  expect(rows).toEqual([{ found: false }]);
  expect(JSON.stringify([shown, world.context.config])).not.toContain(TOKEN);
});

test('an application that runs behind it is benched there: away, failing once, and then whole', async () => {
  const { db, clock, database } = world.context;
  // what the house shows is looked at in another story
  await sql`insert into program.sample_print (release_id, ordinal, modality)
    select release_id, ordinal, modality from registry.sample`.execute(db);
  const sizes = { type: 'integer', minimum: 64, maximum: 1024, multipleOf: 32 };
  const input_schema = {
    type: 'object',
    additionalProperties: false,
    properties: {
      prompt: { type: 'string', maxLength: 400 },
      width: { ...sizes, default: 96 },
      height: { ...sizes, default: 64 },
    },
  };
  const id = await submitted(member, 'behind', {
    release: {
      version: '1.0.0',
      binding: { kind: 'cog', endpoint: 'painter', rename: { height: '' } },
      files: [],
      input_schema,
      price_class: 'image-standard',
    },
  });
  const benched = (failed: number) =>
    eventually(
      `the bench has ended with ${failed} cells that failed`,
      async () => {
        const bench = await member.api.program.getBench({ id });
        return ['done', 'failed'].includes(bench.state) && bench.progress.failed === failed && bench;
      },
      30_000,
    );
  const again = () =>
    database.inTransaction(async (tx) => {
      const revision = present(await program.newestRevision(tx, id), 'a revision');
      const sheet = present(await program.sheetOfRevision(tx, revision.id), 'its sheet');
      const step = { id: sheet.id, by: { id: 'a test', as: 'coordinator' }, at: clock.now() };
      await program.retryBench(tx, { ...step, version: sheet.version });
    });

  await cog.leave();
  const screened = { id, at: clock.now(), by: { id: 'a test', as: 'coordinator' } };
  await database.inTransaction((tx) => program.moveApplication(tx, 'screen', screened));
  world.context.wake.send('news');
  const away = await benched(17);
  expect(away).toMatchObject({ state: 'failed', profile: null, progress: { cells: 17, made: 0 } });
  expect(new Set(away.cells.map(({ failure }) => failure?.code))).toEqual(new Set(['runner_unavailable']));

  await cog.comeBack();
  cog.next({ does: 'fails', message: 'CUDA error' });
  await again();
  const once = await benched(1);
  expect(once).toMatchObject({ state: 'done', progress: { made: 16 } });
  expect(once.cells[0]?.failure).toMatchObject({ code: 'model_error' });
  // what it holds in memory is known there and not here
  expect(once.profile).toMatchObject({ memory_bytes_peak: null });
  expect(new Set(once.cells.map(({ memory_bytes_peak }) => memory_bytes_peak))).toEqual(new Set([null]));
  await again();
  expect((await benched(0)).findings.map(({ kind }) => kind)).not.toContain('failed');
}, 60_000);

test('a picture smaller than what was ordered is not charged', async () => {
  const before = await creditsOf(member);
  const { id } = await start(member, { release_id, input: { prompt: 'a harbour', width: 256 } });
  expect(await ended(member, id)).toMatchObject({
    state: 'failed',
    failure: { code: 'output_rejected', message: '96 × 64 pixels where 256 × 64 were ordered.' },
  });
  expect(await creditsOf(member)).toEqual(before);
});
