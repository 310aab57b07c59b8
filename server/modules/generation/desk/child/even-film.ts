import type { Frame } from '@libav.js/variant-webm';
import { BufferSource, EncodedPacketSink, Input, type InputVideoTrack, WEBM } from 'mediabunny';
import sharp from 'sharp';
import { openLibav } from '../../engine/media/libav.ts';
import type { RawPicture } from '../../engine/media/picture.ts';
import { createWebmEncoder } from '../../engine/media/webm.ts';
import { Refusal } from '../../engine/refusal.ts';
import { filmType, readFilm, toRgb } from './hostile-film.ts';

/** The longest side of every film that is compared with others. */
export const EVEN_FILM_SIDE = 640;
const FPS_MAX = 30;

type EvenFilm = { mime: string; extension: string; bytes: Uint8Array; duration_ms: number };

/**
 * A film in the size and with the bit rate of all others. Only films without sound whose pictures we decode ourselves
 * (VP8, as everything that the house makes is kept) are made anew; of others the pictures stay as they came, and nothing
 * else of the file does.
 */
export async function evenFilm(bytes: Uint8Array): Promise<EvenFilm> {
  const type = filmType(bytes);
  if (!type) throw new Refusal('output_rejected', 'this is no film');
  const { mime, extension, bytes: taken, duration_ms } = await readFilm(bytes, type);
  const video = type === 'video/webm' ? await silentVp8(taken) : null;
  const made = video ? await madeAnew(video) : taken;
  return { mime, extension, bytes: made, duration_ms };
}

async function silentVp8(bytes: Uint8Array): Promise<InputVideoTrack | null> {
  const input = new Input({ formats: [WEBM], source: new BufferSource(bytes) });
  const video = await input.getPrimaryVideoTrack();
  if (!video || (await input.getPrimaryAudioTrack())) return null;
  return (await video.getCodec()) === 'vp8' ? video : null;
}

async function madeAnew(track: InputVideoTrack): Promise<Uint8Array> {
  const fps = await rateOf(track);
  const size = evenSize(await track.getDisplayWidth(), await track.getDisplayHeight());
  const encoder = await createWebmEncoder({ ...size, fps });
  for await (const picture of pictures(track)) encoder.add(await sized(picture, size));
  return encoder.finish();
}

/** From the first to the last picture: how long the last one stays no such file says. */
async function rateOf(track: InputVideoTrack): Promise<number> {
  const { packetCount } = await track.computePacketStats();
  const sink = new EncodedPacketSink(track);
  const [first, last] = [await sink.getFirstPacket(), await sink.getPacket(Infinity)];
  const seconds = (last?.timestamp ?? 0) - (first?.timestamp ?? 0);
  return seconds > 0 ? Math.max(1, Math.min(FPS_MAX, Math.round((packetCount - 1) / seconds))) : 1;
}

/** The encoder wants sides of even length. */
function evenSize(width: number, height: number): { width: number; height: number } {
  const scale = EVEN_FILM_SIDE / Math.max(width, height);
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

async function sized(
  { pixels, width, height }: RawPicture,
  to: { width: number; height: number },
): Promise<RawPicture> {
  const made = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { ...to, pixels: new Uint8Array(made) };
}

/** One after the other: all of a long film would not fit. */
async function* pictures(track: InputVideoTrack): AsyncGenerator<RawPicture> {
  const libav = await openLibav();
  const [, context, packet, frame] = await libav.ff_init_decoder('libvpx');
  let pts = 0;
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    const one = { data, pts: pts++, ptshi: 0 };
    for (const shown of (await libav.ff_decode_multi(context, packet, frame, [one])) as Frame[]) {
      const picture = toRgb(shown);
      if (picture) yield picture;
    }
  }
  await libav.ff_free_decoder(context, packet, frame);
}
