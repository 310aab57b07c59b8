import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { loudnessOf } from '../../engine/media/loudness.ts';
import { opus } from '../../engine/media/opus.ts';
import { resample } from '../../engine/media/resample.ts';
import { createFilmEncoder } from '../../engine/media/video.ts';
import { createDesk } from '../desk.ts';
import { finish, glance } from './finish.ts';
import { readSound } from './hostile-sound.ts';

const made = (bytes: Uint8Array) => ({ bytes, mime: 'text/html' });
const pictures = (...files: Uint8Array[]) =>
  finish({ modality: 'image', artifacts: files.map(made), output_bytes_max: 50e6 });
const films = (...files: Uint8Array[]) =>
  finish({ modality: 'video', artifacts: files.map(made), output_bytes_max: 50e6 });
const pieces = (...files: Uint8Array[]) =>
  finish({ modality: 'music', artifacts: files.map(made), output_bytes_max: 50e6 });

const noise = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({
    create: {
      width,
      height,
      channels,
      background: '#80604080',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
const png = await noise(200, 120)
  .withExif({ IFD0: { Artist: 'canary-artist' } })
  .png()
  .toBuffer();

describe('pictures', async () => {
  test.each([
    ['PNG', png],
    ['JPEG', await noise(200, 120).jpeg().toBuffer()],
    ['WebP', await noise(200, 120).webp().toBuffer()],
  ])('of type %s are made anew, without what else was in the file', async (_, file) => {
    const [picture] = await pictures(file);
    expect(picture).toMatchObject({ role: 'primary', mime: 'image/webp', width: 200, height: 120 });
    expect(picture!.thumbhash).toBeDefined();
    const { format, exif, icc, xmp } = await sharp(picture!.bytes).metadata();
    expect([format, exif, icc, xmp]).toEqual(['webp', undefined, undefined, undefined]);
    expect(Buffer.from(picture!.bytes).toString('latin1')).not.toContain('canary');
  });

  test('stand upright, and what was clear is white', async () => {
    const turned = await noise(200, 120)
      .withExif({ IFD0: { Orientation: '6' } })
      .jpeg()
      .toBuffer();
    const lying = await sharp(turned).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await pictures(lying))[0]).toMatchObject({ width: 120, height: 200 });
    const half = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#00000000' } })
      .composite([{ input: await noise(32, 64).png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const { data } = await sharp((await pictures(half))[0]!.bytes)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[(10 * 64 + 60) * 3]).toBeGreaterThan(250);
  });

  test('may be several', async () => {
    expect(await pictures(png, await noise(64, 64).png().toBuffer())).toHaveLength(2);
  });

  test('are looked at while they are made', async () => {
    const small = await glance(made(await noise(900, 600).jpeg().toBuffer()));
    expect(await sharp(small).metadata()).toMatchObject({ format: 'webp', width: 256 });
  });

  test.each<[string, Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['a GIF', noise(64, 64).gif().toBuffer(), /neither JPEG nor PNG nor WebP/],
    ['a TIFF', noise(64, 64).tiff().toBuffer(), /neither JPEG/],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /neither JPEG/],
    ['a script', Buffer.from('<script>alert(1)</script>'), /neither JPEG/],
    ['nothing', Buffer.alloc(0), /neither JPEG/],
    ['a PNG cut in half', png.subarray(0, png.length / 2), /./],
    [
      'a PNG with a GIF behind its first bytes',
      Buffer.concat([png.subarray(0, 8), Buffer.alloc(200, 7)]),
      /./,
    ],
    ['a bomb of 100 megapixels', bomb(), /pixel limit/],
    [
      'one colour',
      sharp({ create: { width: 64, height: 64, channels: 3, background: '#123' } })
        .png()
        .toBuffer(),
      /blank/,
    ],
    ['a single pixel', noise(1, 1).png().toBuffer(), /is none/],
  ])('that are %s are refused', async (_, file, message) => {
    await expect(pictures(await file)).rejects.toThrow(message);
  });

  test('beyond their allowance are refused', async () => {
    const order = { modality: 'image' as const, artifacts: [made(png)], output_bytes_max: 1000 };
    await expect(finish(order)).rejects.toThrow(/1000 allowed/);
  });
});

describe('films', async () => {
  const [mp4, webm] = await film();

  test('as WebM (VP8) get a poster from the frame at a third', async () => {
    const [film] = await films(webm);
    expect(film).toMatchObject({ mime: 'video/webm', width: 96, height: 64, duration_ms: 1000 });
    const { data } = await sharp(film!.poster!.bytes).raw().toBuffer({ resolveWithObject: true });
    expect(data[0]! - 80).toBeGreaterThan(-12);
    expect(data[0]! - 80).toBeLessThan(12);
    expect(film!.thumbhash).toBeDefined();
  });

  test('as MP4 (H.264) get the still that came with them, or none', async () => {
    const [plain] = await films(mp4);
    expect(plain).toMatchObject({ mime: 'video/mp4', width: 96, height: 64, duration_ms: 1000 });
    expect(plain!.poster).toBeUndefined();
    const text = Buffer.from(plain!.bytes).toString('latin1');
    expect(text.indexOf('moov')).toBeLessThan(text.indexOf('mdat'));
    const [shown] = await films(mp4, png);
    expect(shown!.poster).toMatchObject({ width: 200, height: 120 });
  });

  test('lose what else is in the file', async () => {
    const note = Buffer.from('canary-metadata'.padEnd(56));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(64);
    head.write('udta', 4);
    const [film] = await films(Buffer.concat([mp4, head, note]));
    expect(Buffer.from(film!.bytes).toString('latin1')).not.toContain('canary');
    const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(film!.bytes) });
    expect(await input.computeDuration()).toBeCloseTo(1, 1);
  });

  test.each<[string, Uint8Array[]]>([
    ['a picture', [png]],
    ['two films', [mp4, webm]],
    ['cut short', [mp4.subarray(0, 500)]],
    ['a head with nothing behind', [Buffer.concat([mp4.subarray(0, 32), Buffer.alloc(5000)])]],
    ['an EBML head with nothing behind', [Buffer.concat([webm.subarray(0, 40), Buffer.alloc(5000, 255)])]],
  ])('that are %s are refused', async (_, files) => {
    await expect(films(...files)).rejects.toThrow();
  });
});

describe('pieces', () => {
  const seconds = 1;
  const tone = (rate: number) =>
    Float32Array.from({ length: rate * seconds }, (_, i) => 0.4 * Math.sin((2 * Math.PI * 440 * i) / rate));

  test.each([
    [44_100, 1, 16],
    [22_050, 2, 24],
    [96_000, 1, 24],
  ])(
    'as WAV of %i Hz, %i channels and %i bits are levelled and stored as FLAC and Opus',
    async (rate, channels, bits) => {
      const [master, small] = await pieces(wav(tone(rate), rate, channels, bits));
      expect(master).toMatchObject({ role: 'primary', mime: 'audio/flac', duration_ms: 1000 });
      expect(small).toMatchObject({ role: 'opus' });
      const sound = await readSound(master!.bytes, 'audio/flac');
      expect(loudnessOf(sound)).toBeCloseTo(-14, 0);
      expect(Math.abs(pitchOf(sound.left) - 440)).toBeLessThan(2);
    },
  );

  test('as Opus too, with a picture as their cover', async () => {
    const left = tone(48_000);
    const [master] = await pieces(await opus({ left, right: left, sampleRate: 48_000 }), png);
    expect(master!.duration_ms).toBeGreaterThan(950);
    expect(master!.thumbnail).toMatchObject({ width: 200 });
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['silent', wav(new Float32Array(48_000), 48_000, 2, 16), /silent/],
    ['next to nothing', wav(tone(48_000).subarray(0, 1000), 48_000, 1, 16), /next to no sound/],
    ['WAV of 8 bits', wav(tone(48_000), 48_000, 1, 8), /pcm_u8 is not taken/],
    [
      'MP3',
      Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(800)]),
      /a WAV, a FLAC or an Ogg/,
    ],
    ['a picture', png, /a WAV, a FLAC/],
    ['a WAV of nothing', wav(new Float32Array(0), 48_000, 2, 16), /./],
    ['a WAV at a million hertz', wav(tone(8000), 1_000_000, 1, 16), /is not taken/],
    ['an Ogg with nothing in it', Buffer.concat([Buffer.from('OggS'), Buffer.alloc(2000)]), /./],
    ['a FLAC with nothing in it', Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(2000)]), /./],
  ])('that are %s are refused', async (_, file, message) => {
    await expect(pieces(file)).rejects.toThrow(message);
  });

  test('keep their pitch and level at another rate', () => {
    const changed = resample(tone(44_100), 44_100, 48_000);
    expect(changed.length).toBe(48_000);
    expect(Math.abs(pitchOf(changed) - 440)).toBeLessThan(2);
    const middle = changed.subarray(10_000, 40_000);
    expect(Math.max(...middle)).toBeCloseTo(0.4, 2);
    // above what the new rate can hold there is nothing left
    const high = Float32Array.from({ length: 96_000 }, (_, i) =>
      Math.sin((2 * Math.PI * 30_000 * i) / 96_000),
    );
    expect(Math.max(...resample(high, 96_000, 48_000).subarray(2_000, 40_000))).toBeLessThan(0.003);
  });
});

test('all of it is done at the desk, in a process that may do next to nothing', async () => {
  const desk = createDesk({ children: 1, scratch_dir: mkdtempSync(path.join(tmpdir(), 'finish-test-')) });
  const wall_ms_max = 20_000;
  const at = (modality: 'image' | 'video' | 'music', file: Uint8Array) =>
    desk.do('finish', { modality, artifacts: [made(file)], output_bytes_max: 50e6 }, { wall_ms_max });
  expect(await at('image', png)).toMatchObject({ ok: true, value: [{ mime: 'image/webp' }] });
  const sound = wav(
    new Float32Array(48_000).map((_, i) => Math.sin(i / 20) / 2),
    48_000,
    1,
    16,
  );
  expect(await at('music', sound)).toMatchObject({ ok: true, value: [{ mime: 'audio/flac' }, {}] });
  const [, webm] = await film();
  expect(await at('video', webm)).toMatchObject({ ok: true, value: [{ poster: { width: 96 } }] });
  expect(await at('image', Buffer.from('no picture'))).toMatchObject({ ok: false, code: 'output_rejected' });
  expect(await desk.do('glance', made(png), { wall_ms_max })).toMatchObject({ ok: true });
  await desk.close();
});

/** As MP4 and as WebM, with a grey in the corner that grows lighter by ten with each frame. */
async function film(): Promise<[Uint8Array, Uint8Array]> {
  const encoder = await createFilmEncoder({ width: 96, height: 64, frames: 24, fps: 24 });
  for (let n = 0; n < 24; n++) {
    const pixels = new Uint8Array(await noise(96, 64).raw().toBuffer());
    pixels.fill(n * 10, 0, 96 * 3 * 20);
    await encoder.add({ pixels, width: 96, height: 64 });
  }
  const [mp4, webm] = await encoder.finish();
  return [mp4!.bytes, webm!.bytes];
}

/** A PNG of 100 megapixels of one colour, in twelve kilobytes. */
function bomb(): Buffer {
  const side = 10_000;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1; // one bit of grey
  const rows = deflateSync(Buffer.alloc((1 + side / 8) * side));
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  return Buffer.concat([
    png.subarray(0, 8),
    ...[chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))],
  ]);
}

function wav(samples: Float32Array, rate: number, channels: number, bits: number): Buffer {
  const width = bits / 8;
  const data = Buffer.alloc(samples.length * channels * width);
  samples.forEach((sample, i) => {
    for (let channel = 0; channel < channels; channel++) {
      const at = (i * channels + channel) * width;
      if (bits === 8) data.writeUInt8(Math.round(128 + sample * 127), at);
      else data.writeIntLE(Math.round(sample * (2 ** (bits - 1) - 1)), at, width);
    }
  });
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * width, 28);
  head.writeUInt16LE(channels * width, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** By the crossings of zero, at 48 kHz. */
function pitchOf(side: Float32Array): number {
  const [from, to] = [4_800, side.length - 4_800];
  let crossings = 0;
  for (let i = from + 1; i < to; i++) if (side[i - 1]! < 0 && side[i]! >= 0) crossings++;
  return (crossings * 48_000) / (to - from);
}
