import type { Tensor } from 'onnxruntime-web';
import { Refusal } from '../../refusal.ts';
import type { Manifest } from '../manifest.ts';
import type { Raw } from '../protocol.ts';
import type { Asked } from './asked.ts';

type PictureOutput = Exclude<Manifest['output'], { role: 'audio-f32' }>;

/** A tensor as u8[height, width, 3]. It must be as large as what was asked and paid for. */
export function readPicture(
  tensor: Tensor,
  output: PictureOutput,
  { width, height }: Asked,
): { width: number; height: number; pixels: Uint8Array } {
  const dims = tensor.dims.length === 4 && tensor.dims[0] === 1 ? tensor.dims.slice(1) : tensor.dims;
  if (dims.length !== 3)
    reject(`the network made a tensor of shape [${tensor.dims.join(', ')}], which is no picture`);
  const [rows = 0, columns = 0, channels = 0] =
    output.layout === 'nhwc' ? dims : [dims[1] ?? 0, dims[2] ?? 0, dims[0] ?? 0];
  if (rows !== height || columns !== width)
    reject(`the network painted ${columns}×${rows}, asked for were ${width}×${height}`);
  if (channels !== 1 && channels !== 3 && channels !== 4)
    reject(`a picture has 1, 3 or 4 channels, not ${channels}`);
  const value = reader(tensor, output);
  const plane = rows * columns;
  const pixels = new Uint8Array(plane * 3);
  for (let at = 0, to = 0; at < plane; at++)
    for (let channel = 0; channel < 3; channel++) {
      const from = channels === 1 ? 0 : channel;
      pixels[to++] = value(output.layout === 'nhwc' ? at * channels + from : from * plane + at);
    }
  return { width, height, pixels };
}

function reader({ data }: Tensor, output: PictureOutput): (at: number) => number {
  if (output.role === 'image-u8') {
    if (!(data instanceof Uint8Array)) return reject('the network did not make bytes');
    return (at) => data[at] ?? 0;
  }
  if (!(data instanceof Float32Array)) return reject('the network did not make 32-bit numbers');
  if (!data.every(Number.isFinite)) reject('the network made values that are no numbers');
  const [scale, offset] = output.range === 'zero-to-one' ? [255, 0.5] : [127.5, 128];
  return (at) => Math.min(255, Math.max(0, Math.floor((data[at] ?? 0) * scale + offset)));
}

/** Shorter than this of what was asked for is not what was paid for. */
const LEAST_SHARE = 0.98;
const SILENCE = 1e-4;

/** A tensor [channels, samples] as stereo, cut to what was asked for. */
export function readSound({ data, dims }: Tensor, sample_rate: number, samples: number): Raw {
  const shape = dims.length === 3 && dims[0] === 1 ? dims.slice(1) : dims;
  const [channels = 0, length = 0] = shape.length === 1 ? [1, shape[0]] : shape;
  if (shape.length > 2 || (channels !== 1 && channels !== 2))
    return reject(
      `the network made a tensor of shape [${dims.join(', ')}], which is no sound of one or two channels`,
    );
  if (!(data instanceof Float32Array)) return reject('the network did not make 32-bit numbers');
  if (length < samples * LEAST_SHARE)
    return reject(`the network made ${length} samples, asked for were ${samples}`);
  const kept = Math.min(length, samples);
  let peak = 0;
  for (const value of data) {
    if (!Number.isFinite(value)) return reject('the network made values that are no numbers');
    peak = Math.max(peak, Math.abs(value));
  }
  if (peak < SILENCE) return reject('the network made silence');
  const channel = (from: number) => Float32Array.from(data.subarray(from, from + kept), within);
  return { kind: 'audio', sample_rate, left: channel(0), right: channel(channels === 2 ? length : 0) };
}

const within = (value: number) => Math.min(1, Math.max(-1, value));

function reject(message: string): never {
  throw new Refusal('output_rejected', message);
}
