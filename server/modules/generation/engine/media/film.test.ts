import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { MediaOutput } from '../types.ts';
import { openLibav } from './libav.ts';
import type { RawPicture } from './picture.ts';
import { createFilmEncoder } from './video.ts';
import { toYuv } from './webm.ts';

const FILM = { width: 192, height: 128, frames: 36, fps: 24 };

/** Waves that move, and a grey that grows lighter with each frame in the upper left corner. */
function frameOf(n: number): RawPicture {
  const { width, height, frames } = FILM;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const turn = (n / frames) * Math.PI * 2;
      const corner = x < 64 && y < 64;
      pixels[at] = corner ? greyOf(n) : 128 + 100 * Math.sin(x / 20 + turn);
      pixels[at + 1] = corner ? greyOf(n) : 128 + 100 * Math.sin(y / 15 - turn);
      pixels[at + 2] = corner ? greyOf(n) : 128 + 60 * Math.cos((x + y) / 30);
    }
  return { pixels, width, height };
}
const greyOf = (n: number) => 20 + n * 6;

async function encode(): Promise<MediaOutput[]> {
  const encoder = await createFilmEncoder(FILM);
  for (let n = 0; n < FILM.frames; n++) await encoder.add(frameOf(n));
  return encoder.finish();
}

async function read(bytes: Uint8Array) {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no film in it');
  const packets = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return { track, packets, duration_s: await input.computeDuration() };
}

describe('a film', async () => {
  const [film, webm, storyboard] = (await encode()) as [MediaOutput, MediaOutput, MediaOutput];

  test('comes as MP4, as WebM and with its storyboard', () => {
    expect([film, webm, storyboard].map(({ role, mime }) => [role, mime])).toEqual([
      ['primary', 'video/mp4'],
      ['webm', 'video/webm'],
      ['storyboard', 'image/webp'],
    ]);
    expect(film).toMatchObject({ width: 192, height: 128, duration_ms: 1500 });
    expect(film.poster).toMatchObject({ width: 192, height: 128 });
  });

  test.each([
    ['MP4', film, 'avc'],
    ['WebM', webm, 'vp8'],
  ])('has each of its frames in the %s, at its time', async (_, { bytes }, codec) => {
    const { track, packets, duration_s } = await read(bytes);
    expect(await track.getCodec()).toBe(codec);
    expect([await track.getDisplayWidth(), await track.getDisplayHeight()]).toEqual([192, 128]);
    expect(packets).toHaveLength(36);
    expect(packets[0]!.type).toBe('key');
    expect(duration_s).toBeCloseTo(1.5, 2);
    expect(packets[30]!.timestamp).toBeCloseTo(30 / 24, 2);
  });

  test('looks in the WebM as it was drawn', async () => {
    const { packets } = await read(webm.bytes);
    const libav = await openLibav();
    const [, context, packet, frame] = await libav.ff_init_decoder('libvpx');
    const encoded = packets.map(({ data }, n) => ({ data, pts: n, ptshi: 0 }));
    const pictures = await libav.ff_decode_multi(context, packet, frame, encoded, true);
    expect(pictures).toHaveLength(36);
    for (const n of [0, 12, 35]) {
      const { data, layout } = pictures[n] as {
        data: Uint8Array;
        layout: { offset: number; stride: number }[];
      };
      const drawn = new Uint8Array((FILM.width * FILM.height * 3) / 2);
      toYuv(frameOf(n).pixels, FILM.width, FILM.height, drawn);
      const seen = packed(data, layout);
      expect(psnr(seen, drawn), `frame ${n}`).toBeGreaterThan(36);
    }
  });

  test('has 25 small frames on its storyboard, in order', async () => {
    expect(storyboard.storyboard).toEqual({
      ...{ columns: 5, rows: 5, frames: 25, width: 160, height: 107 },
      interval_ms: 60,
    });
    const { data, info } = await sharp(storyboard.bytes).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 800, height: 535, channels: 3 });
    for (let cell = 0; cell < 25; cell++) {
      const [x, y] = [(cell % 5) * 160 + 20, Math.floor(cell / 5) * 107 + 20];
      const grey = data[(y * info.width + x) * 3]!;
      expect(Math.abs(grey - greyOf(Math.floor((cell * 36) / 25))), `cell ${cell}`).toBeLessThan(8);
    }
  });

  test('is the same to the last byte when it is made again', async () => {
    const again = await encode();
    for (const [i, made] of [film, webm, storyboard].entries())
      expect(Buffer.compare(made.bytes, again[i]!.bytes), made.role).toBe(0);
  });
});

test('a film of odd sides is refused', async () => {
  await expect(createFilmEncoder({ ...FILM, width: 191 })).rejects.toThrow('even');
});

function packed(data: Uint8Array, layout: readonly { offset: number; stride: number }[]): Uint8Array {
  const planes = layout.map(({ offset, stride }, i) => {
    const [width, height] = i === 0 ? [FILM.width, FILM.height] : [FILM.width / 2, FILM.height / 2];
    return Array.from({ length: height }, (_, y) =>
      data.subarray(offset + y * stride, offset + y * stride + width),
    );
  });
  return Buffer.concat(planes.flat());
}

function psnr(a: Uint8Array, b: Uint8Array): number {
  const error = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
  return 10 * Math.log10(255 ** 2 / error);
}
