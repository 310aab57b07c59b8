import encoder from 'h264-mp4-encoder';
import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { Refusal } from '../refusal.ts';
import type { MediaOutput } from '../types.ts';
import { derive, encodePoster, refuseBlank, type RawPicture } from './picture.ts';
import { createStoryboardPainter } from './storyboard.ts';
import { createWebmEncoder } from './webm.ts';

export const FPS = 24;
/** H.264 quantiser: lower is finer and larger */
const QUANTISER = 25;
const SPEED = 5;

export type FilmEncoder = {
  add(frame: RawPicture): Promise<void>;
  /** the MP4, the same as WebM, and its storyboard */
  finish(): Promise<MediaOutput[]>;
};

/** Encodes frames as they come, in both formats at once; keeps the one at a third for the poster. */
export async function createFilmEncoder(film: {
  width: number;
  height: number;
  frames: number;
  fps: number;
}): Promise<FilmEncoder> {
  const { width, height, frames, fps } = film;
  if (width % 2 || height % 2) throw new Refusal('invalid_input', 'a film needs sides of even length');
  const [h264, webm] = await Promise.all([createH264Encoder(film), createWebmEncoder(film)]);
  const storyboard = createStoryboardPainter(film);
  let poster: RawPicture | null = null;
  let added = 0;

  return {
    async add(frame) {
      refuseBlank(frame);
      h264.add(frame);
      webm.add(frame);
      await storyboard.add(frame);
      if (added++ === Math.floor(frames / 3)) poster = frame;
    },
    async finish() {
      if (!poster) throw new Refusal('output_rejected', 'the model made too few frames');
      const shared = { modality: 'video', duration_ms: Math.round((frames / fps) * 1000) } as const;
      const size = { width, height };
      return [
        {
          ...{ role: 'primary', mime: 'video/mp4', extension: 'mp4', ...shared, ...size },
          bytes: await h264.finish(),
          poster: await encodePoster(poster),
          ...(await derive(poster)),
        },
        {
          ...{ role: 'webm', mime: 'video/webm', extension: 'webm', ...shared, ...size },
          bytes: await webm.finish(),
        },
        {
          ...{ role: 'storyboard', mime: 'image/webp', extension: 'webp', ...shared },
          ...(await storyboard.finish()),
        },
      ];
    },
  };
}

async function createH264Encoder({ width, height, fps }: { width: number; height: number; fps: number }) {
  const h264 = await encoder.createH264MP4Encoder();
  h264.width = width;
  h264.height = height;
  h264.frameRate = fps;
  h264.quantizationParameter = QUANTISER;
  h264.speed = SPEED;
  h264.groupOfPictures = fps * 2;
  h264.initialize();
  const rgba = new Uint8Array(width * height * 4).fill(255);
  return {
    add({ pixels }: RawPicture) {
      for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
        rgba[to] = pixels[from]!;
        rgba[to + 1] = pixels[from + 1]!;
        rgba[to + 2] = pixels[from + 2]!;
      }
      h264.addFrameRgba(rgba);
    },
    finish() {
      h264.finalize();
      const file = h264.FS.readFile(h264.outputFilename);
      h264.FS.unlink(h264.outputFilename);
      h264.delete();
      return indexFirst(file);
    },
  };
}

/** The encoder writes its index last; players on the web want it first. The pictures are not touched. */
async function indexFirst(file: Uint8Array): Promise<Uint8Array> {
  const input = new Input({ formats: [MP4], source: new BufferSource(file) });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new Refusal('output_rejected', 'the film cannot be read back');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  for await (const packet of new EncodedPacketSink(track).packets())
    await source.add(packet, { decoderConfig: config });
  await output.finalize();
  return withoutClock(new Uint8Array(target.buffer!));
}

const BOXES_AROUND_CLOCKS = new Set(['moov', 'trak', 'mdia']);
const BOXES_WITH_CLOCKS = new Set(['mvhd', 'tkhd', 'mdhd']);

/** The muxer writes the hour into three kinds of boxes; the same seed and input shall give the same bytes. */
function withoutClock(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const clear = (from: number, to: number) => {
    for (let at = from; at + 8 <= to;) {
      const length = view.getUint32(at);
      const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
      if (BOXES_AROUND_CLOCKS.has(name)) clear(at + 8, at + length);
      if (BOXES_WITH_CLOCKS.has(name)) file.fill(0, at + 12, at + 12 + (file[at + 8] === 1 ? 16 : 8));
      if (length < 8) return; // the rest of the file, or a size of 64 bits: pictures, which come last
      at += length;
    }
  };
  clear(0, file.length);
  return file;
}
