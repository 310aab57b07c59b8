import { readFile, rm } from 'node:fs/promises';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { modelFiles } from '../../server/modules/registry/index.ts';
import { verifyMedia } from '../../server/views/invariants.ts';
import { ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

type Asset = Awaited<ReturnType<Visitor['api']['generation']['getAsset']>>;

let world: World;
let member: Visitor;
let picture: Asset;
let sprite: Asset;
let film: Asset;
let piece: Asset;

beforeAll(async () => {
  world = await startWorld();
  member = await world.member('dora');
  picture = await make('drift', { prompt: 'golden silk', width: 320, height: 256 });
  sprite = await make('spritelet', { prompt: 'red mushroom' });
  film = await make('drift-motion', { prompt: 'blue smoke', width: 256, height: 256, duration_s: 2 });
  piece = await make('chamber', { prompt: 'hopeful piano', duration_s: 8 });
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => world.end());

async function make(slug: string, input: Record<string, unknown>): Promise<Asset> {
  const { id } = await start(member, { release_id: await releaseOf(member, slug), input });
  const { state, assets, failure } = await ended(member, id);
  if (state !== 'succeeded' || !assets[0]) throw new Error(`${slug}: ${state} ${failure?.message}`);
  return assets[0];
}

/** Asks until it is there, as the menu does. */
async function have(asset: Asset, format: string, side_max: number | null = null) {
  for (let asks = 0; asks < 20; asks++) {
    const { state, file } = await member.api.generation.createRendition({
      id: asset.id,
      format: format as 'png',
      side_max: side_max as 512,
    });
    if (state === 'ready' && file) return file;
  }
  throw new Error(`${format} is not ready after 40 seconds`);
}

async function fetched(url: string) {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return {
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}
const pixelsOf = (bytes: Buffer) => sharp(bytes).removeAlpha().raw().toBuffer();
const formatsOf = (asset: Asset) => asset.downloads.map(({ format, state }) => `${format} ${state}`);

describe('what is offered', () => {
  test('of a picture: the original now, other formats when somebody wants them', () => {
    expect(formatsOf(picture)).toEqual(['webp ready', 'png on_demand', 'avif on_demand', 'jpg on_demand']);
    expect(formatsOf(sprite)[0]).toBe('png ready');
    expect(picture.downloads[0]).toMatchObject({ original: true, file: { digest: picture.digest } });
  });

  test('of a film: both formats and a storyboard', async () => {
    expect(formatsOf(film)).toEqual(['mp4 ready', 'webm ready']);
    expect(film.storyboard).toMatchObject({ columns: 5, rows: 5, frames: 25, interval_ms: 80 });
    const { bytes, headers } = await fetched(film.storyboard!.url);
    expect(headers.get('content-type')).toBe('image/webp');
    const { columns, rows, width, height } = film.storyboard!;
    expect(await sharp(bytes).metadata()).toMatchObject({ width: columns * width, height: rows * height });
  });

  test('of a piece: the lossless one, the small one and the notes; plain samples when somebody wants them', () => {
    expect(formatsOf(piece)).toEqual(['flac ready', 'opus ready', 'midi ready', 'wav on_demand']);
  });
});

describe('what is saved', () => {
  test.each([
    ['png', 'image/png', Infinity],
    ['avif', 'image/avif', 38],
    ['jpg', 'image/jpeg', 38],
  ])('a picture as %s looks like its original', async (format, mime, least) => {
    const file = await have(picture, format);
    const { bytes, headers } = await fetched(file.url);
    expect(headers.get('content-type')).toBe(mime);
    expect(bytes.byteLength).toBe(file.bytes);
    const original = await pixelsOf((await fetched(picture.url)).bytes);
    expect(psnr(await pixelsOf(bytes), original)).toBeGreaterThanOrEqual(least);
    const saved = await fetched(file.download_url);
    expect(saved.headers.get('content-disposition')).toMatch(new RegExp(`^attachment; .*\\.${format}`));
    const { downloads } = await member.api.generation.getAsset({ id: picture.id });
    expect(downloads.find((has) => has.format === format)).toMatchObject({ state: 'ready', file });
  });

  test('a sprite keeps each of its pixels, and its hard edges when it is made smaller', async () => {
    const original = await pixelsOf((await fetched(sprite.url)).bytes);
    const webp = await pixelsOf((await fetched((await have(sprite, 'webp')).url)).bytes);
    expect(Buffer.compare(webp, original)).toBe(0);
    const small = await pixelsOf((await fetched((await have(sprite, 'png', 256)).url)).bytes);
    const colours = (pixels: Buffer) =>
      new Set(Array.from({ length: pixels.length / 3 }, (_, i) => pixels.readUIntBE(i * 3, 3)));
    expect(colours(original).isSupersetOf(colours(small))).toBe(true);
  });

  test('a smaller picture fits into the size, and one that is small enough is the same file', async () => {
    const file = await have(picture, 'webp', 256);
    const { width, height } = await sharp((await fetched(file.url)).bytes).metadata();
    expect([width, height]).toEqual([256, 205]);
    expect(file.download_url).toContain('-256.webp');
    expect((await have(picture, 'webp', 512)).digest).toBe(picture.digest);
    expect((await have(picture, 'png', 2048)).digest).toBe((await have(picture, 'png')).digest);
  });

  test.each([
    ['mp4', 'video/mp4'],
    ['webm', 'video/webm'],
  ])('a film as %s is as long as it is', async (format, mime) => {
    const { bytes, headers } = await fetched((await have(film, format)).url);
    expect(headers.get('content-type')).toBe(mime);
    expect(await durationOf(bytes)).toBeCloseTo(2, 2);
  });

  test('a piece as WAV has each of its samples', async () => {
    const file = await have(piece, 'wav');
    const { bytes, headers } = await fetched(file.url);
    expect(headers.get('content-type')).toBe('audio/wav');
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
    expect(await durationOf(bytes)).toBeCloseTo(piece.duration_ms! / 1000, 2);
    const channels = bytes.readUInt16LE(22);
    const rate = bytes.readUInt32LE(24);
    expect(bytes.subarray(36, 40).toString()).toBe('data');
    expect(bytes.readUInt32LE(40)).toBe(Math.round((piece.duration_ms! / 1000) * rate) * channels * 2);
  });

  test.each([
    ['flac', 'audio/flac'],
    ['opus', 'audio/ogg'],
    ['midi', 'audio/midi'],
  ])('a piece as %s has the right type, and can be had in parts', async (format, mime) => {
    const { url } = await have(piece, format);
    const part = await fetch(url, { headers: { range: 'bytes=4-11' } });
    expect([part.status, part.headers.get('content-type')]).toEqual([206, mime]);
    expect((await part.arrayBuffer()).byteLength).toBe(8);
  });
});

test('what is saved says where it came from, as its original does', async () => {
  for (const [asset, format, mime] of [
    [picture, 'png', 'image/png'],
    [picture, 'avif', 'image/avif'],
    [piece, 'wav', 'audio/wav'],
  ] as const) {
    const { bytes } = await fetched((await have(asset, format)).url);
    const order = { bytes, anchors: world.context.certificates.anchors(), as: 'copy' } as const;
    const seen = await world.context.desk.do('inspect', order, { wall_ms_max: 20_000 });
    expect(seen, format).toMatchObject({
      value: { mime, manifest: { state: 'trusted', generation: { asset_id: asset.id, seed: asset.seed } } },
    });
  }
});

describe('of many who ask', () => {
  test('one makes it, and all have the same file', async () => {
    const asset = await make('drift', { prompt: 'green silk', width: 256, height: 256 });
    const work = vi.spyOn(world.context.desk, 'do');
    const asks = Array.from({ length: 20 }, () =>
      member.api.generation.createRendition({ id: asset.id, format: 'avif', side_max: null }),
    );
    const files = (await Promise.all(asks)).map(({ file }) => file?.digest);
    expect(new Set(files).size).toBe(1);
    expect(files[0]).toMatch(/^sha256:/);
    expect(rendered(work)).toHaveLength(1);
  });

  test('those who ask for too much at once are told to wait', async () => {
    const gate = Promise.withResolvers<void>();
    const { desk } = world.context;
    const really = desk.do.bind(desk);
    vi.spyOn(desk, 'do').mockImplementation(async (...order) => {
      await gate.promise;
      return really(...order);
    });
    const asset = await make('drift', { prompt: 'red silk', width: 512, height: 512 });
    const wishes = [
      ['png', null],
      ['avif', null],
      ['jpg', null],
      ['png', 256],
    ] as const;
    const asks = wishes.map(([format, side_max]) =>
      member.api.generation.createRendition({ id: asset.id, format, side_max }),
    );
    // each waits two seconds and is told that it is being made
    expect((await Promise.all(asks)).map(({ state }) => state)).toEqual(Array(4).fill('making'));
    const more = member.api.generation.createRendition({ id: asset.id, format: 'avif', side_max: 256 });
    expect(await expectRefusal(more, 'RENDITIONS_FULL')).toMatchObject({ limit: 4 });
    const shown = await member.api.generation.getAsset({ id: asset.id });
    expect(formatsOf(shown)).toEqual(['webp ready', 'png making', 'avif making', 'jpg making']);
    gate.resolve();
    expect((await have(asset, 'png', 256)).mime).toBe('image/png');
    expect((await have(asset, 'avif', 256)).mime).toBe('image/avif');
  });
});

describe('what is refused', () => {
  test('a format or size that the asset cannot be had in', async () => {
    const ask = (asset: Asset, format: 'png' | 'avif' | 'wav' | 'webm', side_max: 512 | null = null) =>
      member.api.generation.createRendition({ id: asset.id, format, side_max });
    await expectRefusal(ask(picture, 'wav'), 'FORMAT_NOT_OFFERED');
    await expectRefusal(ask(film, 'avif'), 'FORMAT_NOT_OFFERED');
    await expectRefusal(ask(film, 'webm', 512), 'FORMAT_NOT_OFFERED');
    await expectRefusal(ask(piece, 'png'), 'FORMAT_NOT_OFFERED');
    const sized = member.api.generation.createRendition({
      id: picture.id,
      format: 'png',
      side_max: 333 as 512,
    });
    await expectRefusal(sized, 'INVALID_INPUT');
  });

  test("somebody else's asset, as if it were not there", async () => {
    const stranger = await world.member('eve');
    const ask = stranger.api.generation.createRendition({ id: picture.id, format: 'png', side_max: null });
    await expectRefusal(ask, 'NOT_FOUND');
    await expectRefusal(
      world.visitor().api.generation.createRendition({ id: picture.id, format: 'png', side_max: null }),
      'NOT_SIGNED_IN',
    );
  });

  test('a master that is no picture any more, and it is not tried again', async () => {
    const asset = await make('drift', { prompt: 'grey silk', width: 256, height: 256 });
    await world.context.db
      .updateTable('generation.asset')
      .set({ digest: await world.context.media.put(Buffer.from('no picture')) })
      .where('id', '=', asset.id)
      .execute();
    const ask = () => member.api.generation.createRendition({ id: asset.id, format: 'png', side_max: null });
    await expectRefusal(ask(), 'RENDITION_FAILED');
    const work = vi.spyOn(world.context.desk, 'do');
    await expectRefusal(ask(), 'RENDITION_FAILED');
    expect(rendered(work)).toEqual([]);
  });
});

test('what a process left half done is taken over', async () => {
  const asset = await make('drift', { prompt: 'blue silk', width: 256, height: 256 });
  const key = { asset_id: asset.id, format: 'png', side_max: 0, state: 'making' };
  await world.context.db
    .insertInto('generation.rendition')
    .values({ ...key, asked_at: new Date(Date.now() - 61_000) })
    .execute();
  expect((await have(asset, 'png')).mime).toBe('image/png');
});

test('a file that is gone from the store is missed, whatever it was of the asset', async () => {
  const { media } = world.context;
  for (const { digest } of [await have(picture, 'png'), await have(film, 'webm')]) {
    const place = media.pathOf(digest.replace('sha256:', ''));
    const bytes = await readFile(place);
    await rm(place);
    const { violations } = await verifyMedia(world.context);
    expect(violations).toHaveLength(1);
    await media.put(bytes);
  }
});

test('so is one of a sample or of a model', async () => {
  const { db, media, model_files } = world.context;
  const { digest } = await db.selectFrom('registry.sample').select('digest').executeTakeFirstOrThrow();
  const [model_file = ''] = await modelFiles(db);
  for (const [store, name] of [[media, digest] as const, [model_files, model_file] as const]) {
    const bytes = await readFile(store.pathOf(name));
    await rm(store.pathOf(name));
    const { violations } = await verifyMedia(world.context);
    expect(violations).toHaveLength(1);
    expect(violations[0]?.invariant).toMatch(store === media ? /sample/ : /file of a model/);
    await store.put(bytes);
  }
});

test('everything holds', () => expectEverythingHolds(world));

/** The desk also takes the fingerprints of what is new, whenever it has time. */
function rendered({ mock }: { mock: { calls: [string, ...unknown[]][] } }) {
  return mock.calls.filter(([work]) => work === 'render');
}

async function durationOf(bytes: Buffer): Promise<number> {
  return new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) }).computeDuration();
}

function psnr(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  const error = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
  return 10 * Math.log10(255 ** 2 / error);
}
