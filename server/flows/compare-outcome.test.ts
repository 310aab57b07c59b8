import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { expect, test } from 'vitest';
import type { MediaOutput } from '../modules/generation/index.ts';
import { isSame, resembles } from './compare-outcome.ts';

const SIDE = 48;

/** A slope from one colour to another, with a little noise as other hardware makes it. */
async function picture(from: number, to: number, noise: number): Promise<MediaOutput> {
  const rgba = Buffer.alloc(SIDE * SIDE * 4, 255);
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const value = from + ((to - from) * (at % SIDE)) / SIDE + noise * Math.sin(at * 12.9898);
    rgba.fill(Math.min(255, Math.max(0, Math.round(value))), at * 4, at * 4 + 3);
  }
  const bytes = await sharp(rgba, { raw: { width: SIDE, height: SIDE, channels: 4 } })
    .webp()
    .toBuffer();
  const thumbhash = Buffer.from(rgbaToThumbHash(SIDE, SIDE, rgba)).toString('base64');
  return { role: 'primary', modality: 'image', mime: 'image/webp', extension: 'webp', bytes, thumbhash };
}

const sound = (waveform: number[]): MediaOutput => ({
  ...{ role: 'primary', modality: 'music', mime: 'audio/flac', extension: 'flac' },
  ...{ bytes: new Uint8Array(), waveform },
});

test('the same picture from other hardware is the same, another is not', async () => {
  const ours = await picture(20, 200, 0);
  expect(resembles(ours, await picture(20, 200, 4))).toBe(true);
  expect(resembles(ours, await picture(200, 20, 0))).toBe(false);
  expect(resembles(ours, await picture(110, 110, 0))).toBe(false);
});

test('so with music, by how loud it is where', () => {
  const ours = [0.1, 0.5, 0.9, 0.4, 0.2];
  expect(resembles(sound(ours), sound([0.12, 0.48, 0.88, 0.41, 0.2]))).toBe(true);
  expect(resembles(sound(ours), sound([0.9, 0.1, 0.1, 0.9, 0.9]))).toBe(false);
  expect(resembles(sound(ours), sound([0.1, 0.5]))).toBe(false);
});

test('what cannot be compared is not the same', async () => {
  const ours = await picture(20, 200, 0);
  expect(resembles(ours, sound([0.5]))).toBe(false);
  const { thumbhash: _, ...bare } = ours;
  expect(resembles(ours, bare)).toBe(false);
});

test('an honest machine with another processor comes to other bytes, and is believed', async () => {
  const [ours, theirs, another] = [
    await picture(20, 200, 0),
    await picture(20, 200, 4),
    await picture(200, 20, 0),
  ];
  const sent = (made: MediaOutput) => ({ raw: [made.bytes], beside: [], made: [made] });
  expect(Buffer.compare(ours.bytes, theirs.bytes)).not.toBe(0);
  expect(isSame([ours], sent(theirs))).toBe(true);
  expect(isSame([ours], sent(another))).toBe(false);
  expect(isSame([ours], { raw: [ours.bytes, ours.bytes], beside: [], made: [ours, ours] })).toBe(false);
});

test('beside a work that is ours to the byte lies nothing that is not', () => {
  const ours = sound([0.1, 0.5]);
  const [score, other] = [new Uint8Array([1]), new Uint8Array([2])];
  const notes: MediaOutput = {
    ...{ role: 'midi', modality: 'music', mime: 'audio/midi', extension: 'mid', bytes: score },
  };
  const with_score = (bytes: Uint8Array) => ({
    ...{ raw: [ours.bytes], made: [ours], beside: [{ role: 'midi' as const, bytes }] },
  });
  expect(isSame([ours, notes], with_score(score))).toBe(true);
  expect(isSame([ours, notes], with_score(other))).toBe(false);
});
