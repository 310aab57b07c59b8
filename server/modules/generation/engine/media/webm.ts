import type { Frame, Packet } from '@libav.js/variant-webm';
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny';
import { openLibav } from './libav.ts';
import type { RawPicture } from './picture.ts';

const YUV420P = 0;
const KEY_FRAME = 1;
/** VP8 by libvpx: 11 ms a frame of 512x512 where its thorough mode takes 40 for 6 % fewer bytes */
const OPTIONS = { deadline: 'realtime', 'cpu-used': '4', crf: '10' };
const QUANTISERS = { qmin: 4, qmax: 40 };
const BITS_PER_PIXEL_MAX = 0.5;
const CODEC: VideoCodec = 'vp8';

export type WebmEncoder = {
  add(frame: RawPicture): void;
  finish(): Promise<Uint8Array>;
};

/** The same film without a patent on it. VP8 needs sides of even length. */
export async function createWebmEncoder(film: {
  width: number;
  height: number;
  fps: number;
}): Promise<WebmEncoder> {
  const { width, height, fps } = film;
  const libav = await openLibav();
  const [, context, frame, packet] = await libav.ff_init_encoder('libvpx', {
    ctx: {
      ...{ width, height, pix_fmt: YUV420P, gop_size: fps * 2, ...QUANTISERS },
      bit_rate: Math.round(width * height * fps * BITS_PER_PIXEL_MAX),
    },
    time_base: [1, fps],
    options: OPTIONS,
  });
  const packets: Packet[] = [];
  const picture: Frame = {
    ...{ data: new Uint8Array((width * height * 3) / 2), width, height, format: YUV420P },
    layout: [
      { offset: 0, stride: width },
      { offset: width * height, stride: width / 2 },
      { offset: (width * height * 5) / 4, stride: width / 2 },
    ],
  };
  let added = 0;

  return {
    add({ pixels }) {
      toYuv(pixels, width, height, picture.data);
      packets.push(
        ...libav.ff_encode_multi_sync(context, frame, packet, [{ ...picture, pts: added++, ptshi: 0 }]),
      );
    },
    finish() {
      packets.push(...libav.ff_encode_multi_sync(context, frame, packet, [], true));
      return mux(packets, film);
    },
  };
}

async function mux(
  packets: readonly Packet[],
  { width, height, fps }: { width: number; height: number; fps: number },
): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource(CODEC);
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  const decoderConfig = {
    ...{ codec: CODEC, codedWidth: width, codedHeight: height },
    colorSpace: { matrix: 'smpte170m', primaries: 'bt709', transfer: 'bt709', fullRange: false } as const,
  };
  for (const { data, flags = 0, pts = 0 } of packets)
    await source.add(new EncodedPacket(data, flags & KEY_FRAME ? 'key' : 'delta', pts / fps, 1 / fps), {
      decoderConfig,
    });
  await output.finalize();
  return new Uint8Array(target.buffer!);
}

/** BT.601 in whole numbers, as VP8 has it; the colour of four pixels is their mean. */
export function toYuv(rgb: Uint8Array, width: number, height: number, into: Uint8Array): void {
  let blue = width * height;
  let red = blue + (width / 2) * (height / 2);
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      let [r, g, b] = [0, 0, 0];
      for (let corner = 0; corner < 4; corner++) {
        const at = (y + (corner >> 1)) * width + x + (corner & 1);
        const [pr, pg, pb] = [rgb[at * 3]!, rgb[at * 3 + 1]!, rgb[at * 3 + 2]!];
        into[at] = (66 * pr + 129 * pg + 25 * pb + 4224) >> 8;
        r += pr;
        g += pg;
        b += pb;
      }
      into[blue++] = (-38 * r - 74 * g + 112 * b + 131_584) >> 10;
      into[red++] = (112 * r - 94 * g - 18 * b + 131_584) >> 10;
    }
}
