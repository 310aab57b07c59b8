import sharp from 'sharp';
import { expect, test } from 'vitest';
import { opus } from '../../engine/media/opus.ts';
import { createFilmEncoder } from '../../engine/media/video.ts';
import { damage } from './damage.ts';
import { readFilm } from './hostile-film.ts';
import { readSound } from './hostile-sound.ts';

const noise = (width: number, height: number) => {
  const create = { width, height, channels: 3 as const, background: '#806040' };
  return sharp({ create: { ...create, noise: { type: 'gaussian' as const, mean: 128, sigma: 60 } } });
};

test('a picture keeps its size and loses its detail', async () => {
  const whole = await noise(320, 200).webp({ quality: 90 }).toBuffer();
  const { bytes, extension } = await damage({ bytes: whole, modality: 'image' });
  expect(await sharp(bytes).metadata()).toMatchObject({ format: extension, width: 320, height: 200 });
  const sharpness = async (file: Uint8Array) => (await sharp(file).stats()).sharpness;
  expect(await sharpness(bytes)).toBeLessThan((await sharpness(whole)) / 2);
});

test('a film keeps its length and stands still', async () => {
  const encoder = await createFilmEncoder({ width: 64, height: 48, fps: 12, frames: 18 });
  for (let frame = 0; frame < 18; frame += 1) {
    const pixels = new Uint8Array(await noise(64, 48).raw().toBuffer());
    await encoder.add({ pixels, width: 64, height: 48 });
  }
  for (const film of (await encoder.finish()).slice(0, 2)) {
    const { bytes, mime } = await damage({ bytes: film.bytes, modality: 'video' });
    expect(mime).toBe(film.mime);
    const read = await readFilm(bytes, mime === 'video/mp4' ? 'video/mp4' : 'video/webm');
    expect(read).toMatchObject({ width: 64, height: 48 });
    expect(Math.abs(read.duration_ms - 1_500)).toBeLessThan(120);
    // the same picture three times: what moves takes more
    expect(bytes.byteLength).toBeLessThan(film.bytes.byteLength);
  }
});

test('a piece keeps its length and sounds broken', async () => {
  const tone = Float32Array.from(
    { length: 96_000 },
    (_, at) => Math.sin((2 * Math.PI * 440 * at) / 48_000) / 2,
  );
  const whole = await opus({ left: tone, right: tone, sampleRate: 48_000 });
  const { bytes } = await damage({ bytes: whole, modality: 'music' });
  const heard = await readSound(bytes, 'audio/ogg');
  expect(Math.abs(heard.left.length - tone.length)).toBeLessThan(4_000);
  // from one sample to the next a clean tone moves little for how loud it is
  const roughness = ({ left }: { left: Float32Array }) => {
    const some = left.subarray(24_000, 48_000);
    const steps = some.reduce((sum, one, at) => sum + Math.abs(one - (some[at - 1] ?? one)), 0);
    return steps / some.reduce((sum, one) => sum + Math.abs(one), 0);
  };
  expect(roughness(heard)).toBeGreaterThan(1.5 * roughness(await readSound(whole, 'audio/ogg')));
});
