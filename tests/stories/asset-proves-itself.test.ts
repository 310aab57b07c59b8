import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { canonical, verifyStatement } from '@stellary/proofs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprintAssets } from '../../server/flows/fingerprint-assets.ts';
import { sha256 } from '../../server/kit/files.ts';
import { unheardAssets } from '../../server/modules/generation/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { verifyProvenance } from '../../server/views/provenance-checks.ts';
import { expectEverythingHolds, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { type Script, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const MODELS = path.resolve(import.meta.dirname, '../../models');
const sample = (name: string) => readFile(path.join(MODELS, name));

/** A picture that looks like something, so that a copy of it can be told from others. */
const paints =
  (name: string): Script =>
  async () => {
    const bytes = new Uint8Array(
      await sharp(await sample(name))
        .webp({ quality: 92 })
        .toBuffer(),
    );
    const size = { width: 512, height: 512 };
    return {
      ok: true,
      outputs: [
        {
          ...{ role: 'primary', modality: 'image', mime: 'image/webp', extension: 'webp', bytes, ...size },
          thumbnail: { mime: 'image/webp', bytes, ...size },
        },
      ],
      inference_ms: 1,
      runtime: { name: 'script', version: '1', provider: 'test', arch: process.arch },
    };
  };

const engine = scriptedEngine();
let world: World;
let owner: Visitor;
let stranger: Visitor;
/** The file as she downloaded it. */
let file: Uint8Array<ArrayBuffer>;
let asset: Awaited<ReturnType<Visitor['api']['generation']['getAsset']>>;

beforeAll(async () => {
  // one of the tests breaks a file on purpose, and the log says so
  world = await startWorld({ engine, roles: 'web,relay', env: { LOG_LEVEL: 'silent' } });
  [owner, stranger] = [await world.member('johanna'), world.visitor()];
  await make('drift/samples/golden-silk.webp');
  asset = await make('horizon/samples/golden-lake.webp');
  await fingerprintAssets(world.context);
  file = new Uint8Array(await (await fetch(asset.download_url)).arrayBuffer());
});
afterAll(async () => {
  await expectEverythingHolds(world);
  const { db, signer } = world.context;
  expect((await verifyProvenance(db, signer.jwks())).violations).toEqual([]);
  const [stranger_key] = (await (await fetch(`${world.url}/.well-known/jwks.json`)).json()).keys;
  const others = { keys: [{ ...stranger_key, x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] };
  expect((await verifyProvenance(db, others)).violations).toHaveLength(5);
  await world.end();
});

async function make(picture: string) {
  engine.next(paints(picture));
  await start(owner, { release_id: await releaseOf(owner) });
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  expect(await settleDelivered(world.context)).toBe(1);
  const { items } = await owner.api.generation.listAssets({ limit: 1 });
  return owner.api.generation.getAsset({ id: items[0]?.id ?? '' });
}

const lookUp = (person: Visitor, bytes: Uint8Array<ArrayBuffer>) =>
  person.api.provenance.createLookup({ body: new File([bytes], 'a file') });
const plain = (buffer: Buffer) => new Uint8Array(buffer);

test('the very bytes: anybody finds the signed statement by the digest, and nobody is told who asked for what', async () => {
  const digest = sha256(file);
  expect(`sha256:${digest}`).toBe(asset.digest);
  const { matches } = await stranger.api.provenance.getByDigest({ digest });
  expect(matches).toMatchObject([
    { role: 'master', modality: 'image', model: { slug: 'drift', title: 'Drift' }, asset_id: null },
  ]);
  const jwks = JSON.parse(await (await stranger.fetch('/.well-known/jwks.json')).text());
  const statement = matches[0]?.statement ?? '';
  const [signed, named] = await verifyStatement({ statement, jwks, file });
  expect([signed?.holds, named?.holds]).toEqual([true, true]);
  expect(signed?.statement).toMatchObject({
    asset_id: asset.id,
    seed: asset.seed,
    parents: [],
    files: [
      { role: 'master', digest: asset.digest, bytes: file.length },
      { role: 'content', mime: 'image/webp' },
    ],
  });
  const { account } = await owner.api.identity.getMe({});
  const told = JSON.stringify([matches, signed]);
  for (const secret of ['golden', account?.id ?? 'nobody', account?.handle ?? 'nobody'])
    expect(told).not.toContain(secret);

  expect((await owner.api.provenance.getByDigest({ digest: asset.digest })).matches[0]?.asset_id).toBe(
    asset.id,
  );
  expect(await stranger.api.provenance.getByDigest({ digest: 'ab'.repeat(32) })).toEqual({ matches: [] });
});

test('the manifest in it: whole and ours, and one byte changed is found', async () => {
  const found = await lookUp(stranger, file);
  expect(found).toMatchObject({
    mime: 'image/webp',
    matches: [{ role: 'master' }],
    manifest: {
      state: 'trusted',
      signed_by: { organisation: 'Stellary AI' },
      made_by_model: true,
      generation: { asset_id: asset.id, model: 'drift', seed: asset.seed },
    },
    trouble: null,
  });
  expect(JSON.stringify(found)).not.toContain('golden');

  const touched = file.slice();
  touched[touched.length >> 1] = (touched[touched.length >> 1] ?? 0) ^ 1;
  const changed = await lookUp(stranger, touched);
  expect(changed).toMatchObject({ matches: [], manifest: { state: 'invalid' } });
  expect(changed.manifest?.troubles[0]?.code).toBe('assertion.dataHash.mismatch');
});

test('without its metadata and written anew it is still found by its looks, with how sure that is', async () => {
  const copy = plain(await sharp(file).resize(256).jpeg({ quality: 60 }).toBuffer());
  const found = await lookUp(stranger, copy);
  expect(found).toMatchObject({
    mime: 'image/jpeg',
    matches: [],
    manifest: null,
    compared: ['looks'],
    alike: [{ model: { slug: 'drift' }, sure: 'nearly certain', made_at: asset.created_at, asset_id: null }],
  });
  expect((await lookUp(owner, copy)).alike[0]?.asset_id).toBe(asset.id);
});

test('a picture that was not made here is not known', async () => {
  const other = plain(
    await sharp(await sample('vitrail/samples/rose-window.webp'))
      .webp()
      .toBuffer(),
  );
  expect(await lookUp(stranger, other)).toMatchObject({
    matches: [],
    manifest: null,
    compared: ['looks'],
    alike: [],
  });
  expect(await lookUp(stranger, new TextEncoder().encode('no picture'))).toMatchObject({
    mime: null,
    compared: [],
    alike: [],
    trouble: null,
  });
});

test('she downloads the statement with what she asked for; nobody else gets it', async () => {
  const bundle = await owner.api.provenance.getAssetStatement({ id: asset.id });
  expect(bundle.input?.text).toBe(canonical(asset.input));
  expect(bundle.input?.text).toContain(SMALL.prompt);
  const checks = await verifyStatement({ ...(bundle as Parameters<typeof verifyStatement>[0]), file });
  expect(checks.map(({ name, holds }) => [name, holds])).toEqual([
    ['signed', true],
    ['file', true],
    ['input', true],
  ]);
  const bare = await owner.api.provenance.getAssetStatement({ id: asset.id, with_input: 'false' });
  expect(bare).not.toHaveProperty('input');
  const other = await world.member('bob');
  await expectRefusal(other.api.provenance.getAssetStatement({ id: asset.id }), 'NOT_FOUND');
});

test('what lies in the bin can still be proved', async () => {
  await owner.api.generation.deleteAsset({ id: asset.id });
  expect((await stranger.api.provenance.getByDigest({ digest: asset.digest })).matches).toHaveLength(1);
  await owner.api.generation.createRestoration({ id: asset.id });
});

test('what cannot be signed is delivered with its statement, and why is written down', async () => {
  engine.next(async (job, options) => {
    const result = await paints('reaction/samples/bubbles.webp')(job, options);
    if (result.ok) for (const output of result.outputs) output.bytes = new TextEncoder().encode('no picture');
    return result;
  });
  await start(owner, { release_id: await releaseOf(owner) });
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  expect(await settleDelivered(world.context)).toBe(1);
  const { items } = await owner.api.generation.listAssets({ limit: 1 });
  const id = items[0]?.id ?? '';
  const { statement, jwks } = await owner.api.provenance.getAssetStatement({ id });
  const [signed] = await verifyStatement({
    statement,
    jwks: jwks as Parameters<typeof verifyStatement>[0]['jwks'],
  });
  expect(signed?.statement).toMatchObject({ c2pa: null, files: [{ role: 'master' }, { role: 'thumbnail' }] });
  const row = await world.context.db
    .selectFrom('generation.statement')
    .select('unsigned_because')
    .where('asset_id', '=', id)
    .executeTakeFirst();
  expect(row?.unsigned_because).toMatch(/\w/);
  expect(await fingerprintAssets(world.context)).toBe(1);
});

test('an asset whose file is gone has no fingerprint, and keeps nobody else from theirs', async () => {
  const { db, media } = world.context;
  const places: string[] = [];
  for (const _ of ['the one that is gone', 'the next']) {
    await start(owner, { release_id: await releaseOf(owner) });
    await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
    await settleDelivered(world.context);
    const { items } = await owner.api.generation.listAssets({ limit: 1 });
    const [unheard] = (await unheardAssets(db, 100)).filter(({ id }) => id === items[0]?.id);
    places.push(media.pathOf(unheard?.digest ?? ''));
  }
  const [gone = ''] = places;
  const bytes = await readFile(gone);
  await rm(gone);
  expect(await fingerprintAssets(world.context)).toBe(2);
  expect(await fingerprintAssets(world.context)).toBe(0);
  await media.put(bytes);
});

test('a statement is written once: the product itself cannot change or delete it', async () => {
  const { db } = world.context;
  await expect(db.updateTable('generation.statement').set({ jws: 'x' }).execute()).rejects.toThrow(
    /permission denied/,
  );
  await expect(db.deleteFrom('generation.asset_file').execute()).rejects.toThrow(/permission denied/);
});

test('an asset from before statements has none, and says so', async () => {
  const { db } = world.context;
  const { waveform: _, ...row } = await db
    .selectFrom('generation.asset')
    .selectAll()
    .where('id', '=', asset.id)
    .executeTakeFirstOrThrow();
  const id = '0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8d';
  const json = { thumbnail: null, poster: null, companions: '[]' };
  await db
    .insertInto('generation.asset')
    .values({ ...row, ...json, id, ordinal: 7 })
    .execute();
  await expectRefusal(owner.api.provenance.getAssetStatement({ id }), 'NO_STATEMENT');
  // one of today is missed; one from before the first statement is not
  const missed = await verifyProvenance(db, world.context.signer.jwks());
  expect(missed.violations).toEqual([{ invariant: expect.stringContaining('has a statement'), subject: id }]);
  const created_at = new Date(row.created_at.getTime() - 86_400_000);
  await db.updateTable('generation.asset').set({ created_at }).where('id', '=', id).execute();
});

test('our root is published beside our keys', async () => {
  const pem = await (await stranger.fetch('/.well-known/c2pa-anchors.pem')).text();
  expect(pem).toBe(world.context.certificates.anchors());
  expect(pem).toContain('BEGIN CERTIFICATE');
  expect(pem).not.toContain('PRIVATE');
});
