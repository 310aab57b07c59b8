import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDesk, type Desk } from '../desk/index.ts';
import { opus } from '../engine/media/opus.ts';
import { readSound } from '../desk/child/hostile-sound.ts';
import { pictureLikeness, soundLikeness } from './prints.ts';

const MODELS = path.resolve(import.meta.dirname, '../../../../models');
let folder: string;
let desk: Desk;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stellary-desk-'));
  desk = createDesk({ children: 1, scratch_dir: folder });
});
afterAll(async () => {
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

async function prints(bytes: Uint8Array, as: 'copy' | 'original') {
  const done = await desk.do('inspect', { bytes, anchors: null, as }, { wall_ms_max: 60_000 });
  if (!done.ok) throw new Error(done.message);
  const { pictures, sounds, mime } = done.value;
  return {
    mime,
    pictures: pictures.map((print) => new Uint8Array(print)),
    sounds: sounds.map((print) => new Int32Array(print)),
  };
}

const samples = (pattern: string) =>
  globSync(`*/samples/${pattern}`, { cwd: MODELS }).map((file) => path.join(MODELS, file));

test('a copy of a picture is found by its looks, and no other picture is', { timeout: 60_000 }, async () => {
  const files = samples('*.{webp,png}');
  const originals = await Promise.all(
    files.map(async (file) => ({ file, ...(await prints(await readFile(file), 'original')) })),
  );
  const near = (asked: Uint8Array<ArrayBuffer>[]) =>
    originals
      .filter(({ pictures }) => pictures.some((print) => pictureLikeness(asked, print)))
      .map(({ file }) => file);

  for (const { file, pictures } of originals) expect(near([pictures[0]!])).toEqual([file]);

  const file = files.find((name) => name.includes('starry-mountains'))!;
  const { width, height } = await sharp(await readFile(file)).metadata();
  const open = async () => sharp(await readFile(file)).removeAlpha();
  const cut = Math.round(width * 0.03);
  const copies: Record<string, Buffer> = {
    'JPEG of quality 60': await (await open()).jpeg({ quality: 60 }).toBuffer(),
    'half the size': await (
      await open()
    )
      .resize(width >> 1)
      .webp()
      .toBuffer(),
    'a border cut off': await (
      await open()
    )
      .extract({ left: cut, top: cut, width: width - 2 * cut, height: height - 2 * cut })
      .png()
      .toBuffer(),
    turned: await (await open()).rotate(90).webp().toBuffer(),
    'mirrored and in grey': await (await open()).flop().grayscale().jpeg().toBuffer(),
  };
  for (const [how, bytes] of Object.entries(copies))
    expect(near((await prints(bytes, 'copy')).pictures), how).toEqual([file]);
});

test(
  'a piece is found by its sound after another encoding and a cut, and no other piece is',
  { timeout: 60_000 },
  async () => {
    const files = samples('*.ogg');
    expect(files.length).toBeGreaterThan(1);
    const originals = await Promise.all(
      files.map(async (file) => ({ file, ...(await prints(await readFile(file), 'original')) })),
    );
    const near = (asked: Int32Array<ArrayBuffer>[]) =>
      originals
        .filter(({ sounds }) => sounds.some((print) => soundLikeness(asked, print)))
        .map(({ file }) => file);
    for (const { file, sounds } of originals) expect(near(sounds)).toEqual([file]);

    const [file = ''] = files;
    const { left, right, sampleRate } = await readSound(await readFile(file), 'audio/ogg');
    const from = Math.round(sampleRate * 1.2345);
    const copy = await opus({ left: left.subarray(from), right: right.subarray(from), sampleRate });
    const found = await prints(copy, 'copy');
    expect(found.mime).toBe('audio/ogg');
    expect(near(found.sounds)).toEqual([file]);
  },
);

test('what is no media, or only begins like it, is nothing, and the desk goes on', async () => {
  for (const text of [
    '',
    'hello',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'RIFF1234WEBPnothing',
    'fLaC and no more',
  ])
    expect(await prints(Buffer.from(text), 'copy')).toMatchObject({ pictures: [], sounds: [] });
});
