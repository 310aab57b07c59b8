import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetUploads } from '../../server/flows/forget-uploads.ts';
import { publishModel } from '../../server/flows/publish-model.ts';
import { type AccountId, asId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { sha256 } from '../../server/kit/files.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { creditsOf, ended, expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { type CogPeer, startCog } from '../peers/cog.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let ahead_ms = 0;
const clock: Clock = { now: () => new Date(Date.now() + ahead_ms) };

let cog: CogPeer;
let folder: string;
let world: World;
let nora: Visitor;
let release_id: string;
/** Turned by its metadata, which also say where it was taken. */
let photo: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  cog = await startCog('coglet');
  folder = await mkdtemp(path.join(tmpdir(), 'stellary-endpoints-'));
  const file = path.join(folder, 'endpoints.json');
  await writeFile(file, JSON.stringify([{ name: 'painter', kind: 'cog', url: cog.url, slots: 1 }]));
  world = await startWorld({ clock, env: { ENDPOINTS_FILE: file } });
  nora = await world.member('nora');
  release_id = await publishRetoucher();
  photo = await picture(120, 80).jpeg().withMetadata({ orientation: 6, exif: WHERE }).toBuffer().then(plain);
});
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
  await cog.leave();
  await rm(folder, { recursive: true });
});

const WHERE = {
  IFD0: { Artist: 'canary-artist' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 54/1 0/1' },
};
const plain = (buffer: Buffer) => new Uint8Array(buffer);
const picture = (width: number, height: number) =>
  sharp({
    create: {
      ...{ width, height, channels: 3, background: '#804020' },
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

/** A model that makes something of a picture, behind an engine that calls it `image`. */
async function publishRetoucher(): Promise<string> {
  const mira = await world.creator('mira-solberg');
  const creator_id = asId<AccountId>(present((await mira.api.identity.getMe({})).account, 'an account').id);
  const drift = await registry.releaseById(world.context.db, asId<ReleaseId>(await releaseOf(nora)));
  const { metering, price_class, licence } = present(drift, 'Drift');
  await publishModel(world.context, {
    ...{ creator_id, slug: 'retoucher', title: 'Retoucher', modality: 'image' },
    ...{ summary: 'Paints over', description: '' },
    agreement: { terms_version: '2026-11', share_ppm: 700_000 },
    split: [{ person_id: creator_id, role: 'creator', part_ppm: 1_000_000 }],
    content: {
      ...{ version: '1.0.0', metering, price_class, licence, samples: [], files: [] },
      binding: { kind: 'cog', endpoint: 'painter', rename: { picture: 'image', height: '' } },
      input_schema: {
        type: 'object',
        additionalProperties: false,
        required: ['prompt', 'picture'],
        properties: {
          prompt: { type: 'string', maxLength: 400 },
          picture: { type: 'string', format: 'asset-id', title: 'Picture' },
          width: { type: 'integer', minimum: 64, maximum: 1024, default: 96 },
          height: { type: 'integer', minimum: 64, maximum: 1024, default: 64 },
        },
      },
    },
  });
  return releaseOf(nora, 'retoucher');
}

const upload = (person: Visitor, bytes: Uint8Array<ArrayBuffer>) =>
  person.api.generation.createUpload({ body: new File([bytes], 'my holiday.jpg') });
const from = (person: Visitor, picture: string) =>
  start(person, { release_id, input: { prompt: 'a harbour', picture } });
const sent = () => {
  const { image } = cog.ran.at(-1) as { image: string };
  return Buffer.from(image.slice(image.indexOf(',') + 1), 'base64');
};
const isThere = (digest: string) =>
  stat(world.context.media.pathOf(digest)).then(
    () => true,
    () => false,
  );
const bare = (digest: string) => digest.slice('sha256:'.length);

test('a member uploads a picture and generates from it, and the statement says so', async () => {
  const mine = await upload(nora, photo);
  // upright, and with nothing of what else was in the file
  expect(mine).toMatchObject({ mime: 'image/webp', width: 80, height: 120, thumbnail: { width: 80 } });
  const kept = Buffer.from(await (await fetch(mine.url)).arrayBuffer());
  expect(`sha256:${sha256(kept)}`).toBe(mine.digest);
  expect(kept.toString('latin1')).not.toContain('canary-artist');
  const { exif, xmp } = await sharp(kept).metadata();
  expect([exif, xmp?.includes(mine.id)]).toEqual([undefined, true]);
  expect((await nora.api.generation.listUploads({})).items).toEqual([mine]);

  const { id } = await from(nora, mine.id);
  const generation = await ended(nora, id);
  expect(generation).toMatchObject({ state: 'succeeded', input: { picture: mine.id } });
  expect(sha256(sent())).toBe(bare(mine.digest));
  const asset = present(generation.assets[0], 'an asset');
  const parents = [{ digest: mine.digest, origin: 'upload' }];
  const { statement } = await nora.api.provenance.getAssetStatement({ id: asset.id });
  expect(decodeJwt(statement).parents).toEqual(parents);

  // what was made of it can be generated from in turn
  const next = await ended(nora, (await from(nora, asset.id)).id);
  expect(sha256(sent())).toBe(bare(asset.digest));
  const made = present(next.assets[0], 'an asset');
  const said = decodeJwt((await nora.api.provenance.getAssetStatement({ id: made.id })).statement);
  expect(said.parents).toEqual([{ digest: asset.digest, origin: 'platform' }]);
});

test('what is not theirs, not there or no picture is refused by its field before anything is held', async () => {
  const otto = await world.member('otto');
  const theirs = await upload(nora, photo);
  const gone = await upload(otto, photo);
  await otto.api.generation.deleteUpload({ id: gone.id });
  const before = await creditsOf(otto);
  const refused = [theirs.id, gone.id, randomUUID()].map((id) =>
    expectRefusal(from(otto, id), 'INPUT_PICTURE_REFUSED'),
  );
  // a foreign one answers like a random one
  const [foreign, deleted, random] = await Promise.all(refused);
  expect(foreign).toMatchObject({ field: 'picture', why: 'It was deleted, or was never yours.' });
  expect([deleted?.why, random?.why]).toEqual([foreign?.why, foreign?.why]);
  const batch = {
    batch_id: randomUUID(),
    generations: [{ release_id, input: { prompt: 'x', picture: theirs.id } }],
  };
  await expectRefusal(
    otto.api.generation.createBatch({ headers: { 'idempotency-key': randomUUID() }, body: batch }),
    'INPUT_PICTURE_REFUSED',
  );
  await expectRefusal(from(otto, 'my holiday.jpg'), 'INVALID_INPUT');
  expect(await creditsOf(otto)).toEqual(before);

  for (const id of [theirs.id, gone.id]) {
    await expectRefusal(otto.api.generation.getUpload({ id }), 'NOT_FOUND');
    await expectRefusal(otto.api.generation.deleteUpload({ id }), 'NOT_FOUND');
  }
  expect(await otto.api.generation.listUploads({})).toEqual({ items: [] });
  const [film] = (await nora.api.generation.listAssets({ limit: 1 })).items;
  await world.context.db
    .updateTable('generation.asset')
    .set({ modality: 'video' })
    .where('id', '=', film!.id)
    .execute();
  expect(await expectRefusal(from(nora, film!.id), 'INPUT_PICTURE_REFUSED')).toMatchObject({
    why: 'It is not a picture.',
  });
});

test.each([
  ['a text', () => Promise.resolve(Buffer.from('GPS: 59.9 N')), /neither PNG nor JPEG/],
  [
    'a picture that ends too soon',
    async () => (await picture(90, 90).png().toBuffer()).subarray(0, 900),
    /damaged/,
  ],
  ['a long strip', () => picture(9000, 16).png().toBuffer(), /at most 8192 a side/],
  ['a dot', () => picture(8, 8).png().toBuffer(), /at least 16 a side/],
])('%s is no picture that is taken', async (_, bytes, why) => {
  const refused = await expectRefusal(upload(nora, plain(await bytes())), 'PICTURE_REFUSED');
  expect(refused.why).toMatch(why);
});

test('a file that is too large is refused, and so is a stranger; every kind of picture is taken', async () => {
  await expectRefusal(upload(nora, new Uint8Array(20_000_001)), 'FILE_TOO_LARGE');
  await expectRefusal(upload(world.visitor(), photo), 'NOT_SIGNED_IN');
  const iris = await world.member('iris');
  for (const format of ['png', 'webp', 'avif'] as const)
    expect(await upload(iris, plain(await picture(40, 30).toFormat(format).toBuffer()))).toMatchObject({
      ...{ mime: 'image/webp', width: 40, height: 30 },
    });
});

test('an account may have a hundred, until it deletes one', async () => {
  const otto = await world.member('otto');
  const mine = await upload(otto, photo);
  const { pool } = world.context.database;
  await pool.query(
    `insert into generation.upload
     select gen_random_uuid(), owner_id, n::text, extension, mime, bytes, width, height, thumbnail, thumbhash, created_at
     from generation.upload, generate_series(1, 99) n where id = $1`,
    [mine.id],
  );
  expect(await expectRefusal(upload(otto, photo), 'UPLOADS_FULL')).toMatchObject({ limit: 100 });
  await otto.api.generation.deleteUpload({ id: mine.id });
  const other = await upload(otto, photo);
  const { items } = await otto.api.generation.listUploads({});
  expect([items.length, items.some(({ id }) => id === other.id)]).toEqual([100, true]);
  // they have no files
  await pool.query('delete from generation.upload where length(digest) < 64');
});

test('a deleted upload goes away once nothing needs it, and one that nobody uses after 30 days', async () => {
  const ida = await world.member('ida');
  const [used, unused] = [await upload(ida, photo), await upload(ida, photo)];
  expect(used.digest).not.toBe(unused.digest);
  cog.next({ does: 'hangs' });
  const { id } = await from(ida, used.id);
  await reaches(ida, id, 'running');
  await ida.api.generation.deleteUpload({ id: used.id });
  ahead_ms += 2 * HOUR_MS;
  await forgetUploads(world.context);
  expect(await isThere(bare(used.digest))).toBe(true);
  await ida.api.generation.createCancellation({ id });
  await ended(ida, id);
  await forgetUploads(world.context);
  expect(await isThere(bare(used.digest))).toBe(false);
  expect(await isThere(bare(unused.digest))).toBe(true);

  ahead_ms += 31 * DAY_MS;
  await forgetUploads(world.context);
  // it cannot be started from any more, and goes an hour later
  const { rows } = await world.context.database.pool.query<{ hidden: boolean }>(
    'select deleted_at is not null as hidden from generation.upload where id = $1',
    [unused.id],
  );
  expect(rows).toEqual([{ hidden: true }]);
  ahead_ms += 2 * HOUR_MS;
  await forgetUploads(world.context);
  expect(await isThere(bare(unused.digest))).toBe(false);
});
