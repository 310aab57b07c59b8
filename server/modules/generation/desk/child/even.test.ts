import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodeAudio } from '../../engine/media/audio.ts';
import { LOUDNESS_LUFS, loudnessOf, type Stereo } from '../../engine/media/loudness.ts';
import { opus, OPUS_RATE } from '../../engine/media/opus.ts';
import { createWebmEncoder } from '../../engine/media/webm.ts';
import { even, EVEN_SIDE } from './even.ts';
import { EVEN_FILM_SIDE } from './even-film.ts';
import { readFilm } from './hostile-film.ts';
import { readSound } from './hostile-sound.ts';

const gradient = (width: number, height: number) => {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (at * 7) % 251;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
};

test.each([
  [300, 200],
  [200, 300],
  [2_000, 1_000],
])(
  'a picture of %i x %i is as large as all others, and says nothing of where it is from',
  async (width, height) => {
    const master = await gradient(width, height)
      .withExif({ IFD0: { Artist: 'Somebody' } })
      .png()
      .toBuffer();
    const made = await even({ bytes: master, modality: 'image' });
    const { width: w, height: h, exif, format } = await sharp(made.bytes).metadata();
    expect(Math.max(w, h)).toBe(EVEN_SIDE);
    expect(Math.abs(w / h - width / height)).toBeLessThan(0.01);
    expect([format, exif]).toEqual(['webp', undefined]);
  },
);

const tone = (loud: number, seconds: number): Stereo => {
  const side = Float32Array.from(
    { length: OPUS_RATE * seconds },
    (_, at) => loud * Math.sin((2 * Math.PI * 440 * at) / OPUS_RATE),
  );
  return { left: side, right: side, sampleRate: OPUS_RATE };
};

test('a quiet piece and a loud one are equally loud, and of one bit rate', async () => {
  const [quiet, loud] = await Promise.all(
    [0.02, 0.9].map(async (volume) => even({ bytes: await opus(tone(volume, 3)), modality: 'music' })),
  );
  for (const made of [quiet, loud]) {
    expect(made?.duration_ms).toBeGreaterThan(2_900);
    const heard = await readSound(made?.bytes ?? new Uint8Array(), 'audio/ogg');
    expect(Math.abs(loudnessOf(heard) - LOUDNESS_LUFS)).toBeLessThan(0.5);
  }
  expect((quiet?.bytes.byteLength ?? 0) / (loud?.bytes.byteLength ?? 1)).toBeCloseTo(1, 1);
});

test('a piece of ours, with its manifest in a tag before it, is as any other', async () => {
  const [{ bytes: master }] = await encodeAudio(tone(0.3, 2));
  const tag = Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0, 0, 0, 1, 72]), Buffer.alloc(200)]);
  const made = await even({ bytes: Buffer.concat([tag, master]), modality: 'music' });
  expect(made).toMatchObject({ mime: 'audio/ogg' });
  expect(Math.abs((made.duration_ms ?? 0) - 2_000)).toBeLessThan(50);
});

test('a film of the house is made anew in the size of all others', async () => {
  const encoder = await createWebmEncoder({ width: 64, height: 32, fps: 12 });
  for (let frame = 0; frame < 12; frame += 1)
    encoder.add({
      pixels: new Uint8Array(
        await gradient(64, 32)
          .modulate({ hue: frame * 30 })
          .raw()
          .toBuffer(),
      ),
      ...{ width: 64, height: 32 },
    });
  const made = await even({ bytes: await encoder.finish(), modality: 'video' });
  const film = await readFilm(made.bytes, 'video/webm');
  expect(film).toMatchObject({ width: EVEN_FILM_SIDE, height: EVEN_FILM_SIDE / 2, mime: 'video/webm' });
  expect(Math.abs(film.duration_ms - 1_000)).toBeLessThan(1_000 / 12 + 1);
});

test('what is no work of its medium is refused', async () => {
  for (const modality of ['video', 'music'] as const)
    await expect(even({ bytes: new Uint8Array(100), modality })).rejects.toThrow(/this is no/);
});
