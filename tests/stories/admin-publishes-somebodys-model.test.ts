import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishRelease } from '../../server/flows/publish-model.ts';
import { asId, type ModelId } from '../../server/ids.ts';
import { sha256 } from '../../server/kit/files.ts';
import { creditsOf, ended, expectEverythingHolds, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { comeBack, giveRole, idOf } from '../finance.ts';
import { harmfulFiles, harmfulManifest, refusedFiles, safetensors } from '../model-files/hostile.ts';
import { model, oneNode, waveManifest, wavePainter } from '../model-files/onnx.ts';
import { expectProblem, expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const MEGABYTE = 1_000_000;
let world: World;
let admin: Visitor;
let fan: Visitor;
beforeAll(async () => {
  world = await startWorld({ env: { MODEL_FILE_MB_MAX: '1', MODEL_FILES_MB_MAX: '2000' } });
  const ada = await world.member('ada');
  await giveRole(world, ada, 'admin');
  await comeBack(ada);
  admin = ada;
  fan = await world.member('kira');
}, 60_000);
afterAll(() => world.end());

const fileOf = (bytes: Uint8Array) => new File([Buffer.from(bytes)], 'model.onnx');
const upload = (person: Visitor, bytes: Uint8Array, name = 'waves.onnx') =>
  person.api.registry.createModelFile({ query: { name }, body: fileOf(bytes) });
/** What came in does not stay where it came in. */
const nothingLeft = () =>
  eventually('nothing is left of uploads', async () => (await readdir(uploads())).length === 0);
const uploads = () => path.join(world.context.config.data_dir, 'scratch', 'uploads');

const about = {
  title: 'Waves',
  modality: 'image',
  summary: 'Waves in the colours of words.',
  card: '# Waves\nAn example.',
  creator: 'mira-solberg',
} as const;
const releaseOf = (digest: string, manifest: object = waveManifest) => ({
  version: '1.0.0',
  binding: { kind: 'onnx', manifest: { ...manifest } } as const,
  files: [{ role: 'painter', digest }],
  price_class: 'image-standard',
  licence: 'Use it freely.',
});
let waves: string;

describe('uploading', () => {
  test('the gate says what a file is, and it is on the list of whoever uploaded it', async () => {
    const file = await upload(admin, wavePainter());
    waves = file.digest;
    expect(file).toMatchObject({ name: 'waves.onnx', report: { format: 'onnx', opset: 17 } });
    const again = await upload(admin, wavePainter());
    expect(again.digest).toBe(waves);
    const { items } = await admin.api.registry.listModelFiles({});
    expect(items.map(({ digest }) => digest)).toEqual([waves]);
    await nothingLeft();
  });

  test.each(['a .pt, which is a zip with a pickle', 'data in another file', 'an operator of somebody else'])(
    '%s is refused by name and not kept',
    async (name) => {
      const { bytes, reason } = refusedFiles[name] ?? { bytes: new Uint8Array(), reason: 'none' };
      expect(await expectRefusal(upload(admin, bytes), 'MODEL_FILE_REFUSED')).toMatchObject({
        reason,
        why: expect.stringMatching(/[a-z]{3}/),
      });
      await nothingLeft();
    },
  );

  test('a creator may; a member, a visitor and a key may not, and none of what they send is read', async () => {
    const creator = await world.creator('mira-solberg');
    expect((await upload(creator, model(oneNode('Relu')))).report.format).toBe('onnx');
    await expectRefusal(upload(fan, wavePainter()), 'NOT_ALLOWED');
    await expectRefusal(upload(world.visitor(), wavePainter()), 'NOT_SIGNED_IN');
  });

  test('all files of one account together have an end, and the same file again takes no more room', async () => {
    const hoarder = await world.creator('tonfall');
    const file = await upload(hoarder, wavePainter());
    const { report } = file;
    await world.context.db
      .insertInto('registry.model_file')
      .values({
        ...{ digest: sha256(model(oneNode('Relu'))), uploader_id: await idOf(hoarder), name: 'all.onnx' },
        ...{ bytes: 2_000_000_000n - BigInt(file.bytes), report: JSON.stringify(report) },
        uploaded_at: new Date(),
      })
      .execute();
    expect((await upload(hoarder, wavePainter())).digest).toBe(file.digest);
    const more = model(oneNode('Tanh'));
    const refused = await expectRefusal(upload(hoarder, more), 'MODEL_FILES_FULL');
    expect(refused).toMatchObject({ bytes_max: 2_000_000_000 });
    expect(await world.context.model_files.holds(sha256(more))).toBe(false);
    await nothingLeft();
  });

  test('what is too large is not read to its end', async () => {
    const body = new Uint8Array(2 * MEGABYTE);
    const refused = await expectRefusal(upload(admin, body), 'FILE_TOO_LARGE');
    expect(refused).toMatchObject({ bytes_max: MEGABYTE });
    const stream = new Blob([body]).stream();
    const answer = admin.fetch('/api/v1/model-files?name=a.onnx', {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit);
    await expectProblem(answer, 'FILE_TOO_LARGE');
    await nothingLeft();
  });

  describe('slowly', () => {
    const headers = (length: number, cookies: Visitor['cookies'] = new Map()) =>
      [
        'POST /api/v1/model-files?name=slow.onnx HTTP/1.1',
        `Host: ${new URL(world.url).host}`,
        `Origin: ${world.url}`,
        `Cookie: ${[...cookies].map(([name, value]) => `${name}=${value}`).join('; ')}`,
        'Content-Type: application/octet-stream',
        `Content-Length: ${length}`,
        '\r\n',
      ].join('\r\n');
    const dial = () => net.connect(Number(new URL(world.url).port), '127.0.0.1').on('error', () => {});
    const firstLine = (socket: net.Socket) =>
      new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(String(data).split('\r\n')[0] ?? '')),
      );

    test.each([10_000, 900_000])(
      'nobody waits for %i bytes of somebody who may not send them',
      async (length) => {
        const socket = dial();
        socket.write(headers(length));
        expect(await firstLine(socket)).toMatch(/^HTTP\/1.1 401 /);
        socket.destroy();
      },
    );

    test('a few at once from one account, and no more until one has ended', async () => {
      const slow = Array.from({ length: 4 }, dial);
      for (const socket of slow) socket.write(`${headers(10_000, admin.cookies)}a few bytes`);
      const coming = async () => (await readdir(uploads())).length === 4;
      await eventually('four are coming in', coming);
      expect(await expectRefusal(upload(admin, wavePainter()), 'RATE_LIMITED')).toMatchObject({
        retry_after_s: 10,
      });
      for (const socket of slow) socket.destroy();
      await nothingLeft();
      expect((await upload(admin, wavePainter())).digest).toBe(waves);
    });
  });

  test('a name is a name', async () => {
    await expectRefusal(upload(admin, wavePainter(), '../../etc/passwd'), 'INVALID_INPUT');
  });
});

describe('publishing', () => {
  const publish = (slug: string, change: object = {}, release: object = {}) =>
    admin.api.registry.createModel({
      slug,
      ...about,
      ...change,
      release: { ...releaseOf(waves), ...release },
    });

  test('the network runs once, and what it made is its sample', async () => {
    const page = await publish('waves');
    expect(page).toMatchObject({
      slug: 'waves',
      creator: { handle: 'mira-solberg' },
      release: { runner: 'onnx', version: '1.0.0' },
      samples: [{ mime: 'image/webp', width: 128, height: 128 }],
      agreement: { share_ppm: 700_000 },
    });
    const schema = page.release?.input_schema ?? {};
    expect(Object.keys(schema['properties'] ?? {}).toSorted()).toEqual(['height', 'prompt', 'seed', 'width']);
    const { items } = await admin.api.registry.listReleases({});
    expect(items).toMatchObject([{ slug: 'waves', runner: 'onnx', withdrawn_at: null }]);
    expect((await fan.api.registry.listModels({})).items.map(({ slug }) => slug)).toContain('waves');
  });

  test('every fault has its name', async () => {
    const nobody = `sha256:${'0'.repeat(64)}`;
    const weights = await upload(
      admin,
      safetensors('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', new Uint8Array(1)),
    );
    const { networks: _, ...halfManifest } = waveManifest;
    await expectRefusal(publish('waves'), 'SLUG_TAKEN');
    await expectRefusal(publish('a', { creator: 'nobody-at-all' }), 'CREATOR_UNKNOWN');
    await expectRefusal(publish('a', {}, releaseOf(nobody)), 'MODEL_FILE_UNKNOWN');
    await expectRefusal(publish('a', {}, releaseOf(waves, halfManifest)), 'BINDING_REFUSED');
    await expectRefusal(publish('a', {}, releaseOf(weights.digest)), 'BINDING_REFUSED');
    await expectRefusal(publish('a', { modality: 'music' }), 'BINDING_REFUSED');
    await expectRefusal(publish('a', {}, { binding: { kind: 'house' } }), 'BINDING_REFUSED');
    await expectRefusal(
      publish('a', {}, { binding: { kind: 'cog', endpoint: 'not-listed' } }),
      'BINDING_REFUSED',
    );
    await expectRefusal(
      publish('a', {}, { binding: { kind: 'pull', pool: 'gpus' }, files: [] }),
      'INPUT_SCHEMA_REFUSED',
    );
    const pattern = {
      type: 'object',
      additionalProperties: false,
      properties: { prompt: { type: 'string', maxLength: 9, pattern: '(a+)+$' } },
    };
    await expectRefusal(publish('a', {}, { input_schema: pattern }), 'INPUT_SCHEMA_REFUSED');
    const picture = { ...pattern, properties: { picture: { type: 'string', format: 'asset-id' } } };
    expect(
      await expectRefusal(publish('a', {}, { input_schema: picture }), 'INPUT_SCHEMA_REFUSED'),
    ).toMatchObject({ issues: [{ path: 'properties.picture.format' }] });
    await expectRefusal(publish('a', {}, { price_class: 'free' }), 'METERING_REFUSED');
    await expectRefusal(
      publish('a', {}, { metering: { kind: 'pixels', width: 'seed', height: 'height' } }),
      'METERING_REFUSED',
    );
    await expectRefusal(
      fan.api.registry.createModel({ slug: 'a', ...about, release: releaseOf(waves) }),
      'NOT_ALLOWED',
    );
  });

  test('a network that does harm fails its trial', async () => {
    const { digest } = await upload(admin, harmfulFiles['values that are no numbers'] ?? new Uint8Array());
    const refused = await expectRefusal(
      publish('harm', {}, releaseOf(digest, harmfulManifest)),
      'TRIAL_FAILED',
    );
    expect(refused).toMatchObject({ failure: 'output_rejected' });
    await expectRefusal(fan.api.registry.getModel({ slug: 'harm' }), 'NOT_FOUND');
  });

  test('a newer release takes its place, under a version of its own', async () => {
    const newer = { slug: 'waves', ...releaseOf(waves), version: '1.1.0' };
    await expectRefusal(admin.api.registry.createRelease({ ...newer, version: '1.0.0' }), 'VERSION_TAKEN');
    await expectRefusal(admin.api.registry.createRelease({ ...newer, slug: 'drift' }), 'NOT_FOUND');
    expect((await admin.api.registry.createRelease(newer)).release?.version).toBe('1.1.0');
  });
});

const wish = (release_id: string, input: object) => ({ release_id, input: { ...input }, key: randomUUID() });

test('a member generates with it and is charged, and its creator earns', async () => {
  const { release_id } = await fan.api.registry.getModel({ slug: 'waves' });
  const before = await creditsOf(fan);
  const { id } = await start(fan, wish(release_id ?? '', { prompt: 'golden sea', width: 256, height: 128 }));
  const generation = await ended(fan, id);
  expect(generation).toMatchObject({
    state: 'succeeded',
    assets: [{ mime: 'image/webp', width: 256, height: 128 }],
  });
  expect((await creditsOf(fan)).available).toBe(before.available - 1);
});

test('one that turned harmful is contained: the generation fails, is not charged, and the next one runs', async () => {
  const { release_id } = await fan.api.registry.getModel({ slug: 'waves' });
  // behind the gate's and the trial's back, as if it had waited for its hour
  const { digest } = await upload(admin, harmfulFiles['a picture of 57 GB'] ?? new Uint8Array());
  const files = [{ role: 'painter', name: 'a', sha256: digest.slice(7), bytes: 1 }];
  const row = await world.context.db
    .selectFrom('registry.model')
    .select('id')
    .where('slug', '=', 'waves')
    .executeTakeFirstOrThrow();
  const harmful = await publishRelease(world.context, asId<ModelId>(row.id), {
    version: '6.6.6',
    binding: { kind: 'onnx', manifest: { ...harmfulManifest } },
    files,
    input_schema: {
      type: 'object',
      properties: {
        width: { type: 'integer', default: 64, minimum: 64, maximum: 64 },
        height: { type: 'integer', default: 64, minimum: 64, maximum: 64 },
      },
      additionalProperties: false,
    },
    metering: { kind: 'pixels', width: 'width', height: 'height' },
    price_class: 'image-standard',
    licence: 'none',
    samples: [],
  });
  const before = await creditsOf(fan);
  const { id } = await start(fan, wish(harmful, {}));
  expect(await ended(fan, id)).toMatchObject({ state: 'failed' });
  expect(await creditsOf(fan)).toEqual(before);
  const next = await start(fan, wish(release_id ?? '', { prompt: 'calm', width: 64, height: 64 }));
  expect(await ended(fan, next.id)).toMatchObject({ state: 'succeeded' });
  await expectEverythingHolds(world);
});

test('a withdrawn release is on the list with its reason, and nobody can use it', async () => {
  const [newest] = (await admin.api.registry.listReleases({ limit: 1 })).items;
  await admin.api.registry.createWithdrawal({ id: newest?.id ?? '', reason: 'Does harm.' });
  const [withdrawn] = (await admin.api.registry.listReleases({ limit: 1 })).items;
  expect(withdrawn).toMatchObject({ version: '6.6.6', withdrawal_reason: 'Does harm.' });
  await expectRefusal(start(fan, wish(newest?.id ?? '', {})), 'RELEASE_WITHDRAWN');
});
