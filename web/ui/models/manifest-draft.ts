import type { ModelFile } from '#web/api-types.ts';

type Onnx = Extract<ModelFile['report'], { format: 'onnx' }>;
type Port = Onnx['inputs'][number];

/**
 * A manifest to begin with, from what a network says of itself: what its names and shapes suggest. Whoever publishes
 * it goes on from there; what is wrong in it the server says.
 */
export function manifestDraft(report: Pick<Onnx, 'inputs' | 'outputs'>): Record<string, unknown> {
  const inputs = Object.fromEntries(report.inputs.map((port) => [port.name, sourceOf(port)]));
  const output = report.outputs.find(isPicture) ?? report.outputs[0];
  const sizes = output?.shape ?? [];
  const isSound = sizes.length > 0 && sizes.length < 3;
  return {
    contract: 'mc-onnx/1',
    networks: [{ file: 'model', inputs }],
    output: output
      ? { ...resultOf(output), of: 'model', tensor: output.name }
      : { role: 'image-u8', of: 'model', tensor: 'image', layout: 'nhwc' },
    ...(isSound ? { duration_s: { minimum: 1, maximum: 30, default: 8 } } : { size: sizeOf(sizes) }),
  };
}

/** Bytes, or three colours on four axes; masks and latents come beside it. */
const isPicture = ({ type, shape }: Port): boolean =>
  shape !== null &&
  (type === 'uint8' ? shape.length >= 3 : shape.length === 4 && (shape[1] === 3 || shape[3] === 3));

function sourceOf({ name, shape }: Port): Record<string, unknown> {
  const sizes = (shape ?? []).map((size) => (typeof size === 'number' && size > 0 ? size : 1));
  const word = name.toLowerCase();
  if (sizes.includes(24) && sizes.includes(1024)) return { role: 'text-hash-1024' };
  if (/mask/.test(word)) return { role: 'text-mask' };
  if (/^(z|w)$|noise|latent|sample/.test(word))
    return { role: 'noise', shape: sizes.length > 0 ? sizes : [1] };
  if (/seed/.test(word)) return { role: 'seed' };
  if (/size/.test(word)) return { role: 'size', order: 'height-width' };
  if (/^(t|time|timestep)$/.test(word)) return { role: 'time' };
  const field =
    word
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '')
      .slice(0, 30) || 'value';
  return { role: 'param', name: field, minimum: -1, maximum: 1, default: 0 };
}

function resultOf({ type, shape }: Port): Record<string, unknown> {
  if (shape && shape.length < 3) return { role: 'audio-f32', sample_rate: 44_100 };
  const layout = [1, 3, 4].includes(Number(shape?.at(-1))) ? 'nhwc' : 'nchw';
  return type === 'uint8'
    ? { role: 'image-u8', layout }
    : { role: 'image-f32', layout, range: 'minus-one-to-one' };
}

/** A side that the network fixes is the only one that can be asked for. */
function sizeOf(shape: readonly (number | string)[]): Record<string, unknown> {
  const last = [1, 3, 4].includes(Number(shape.at(-1)));
  const [height, width] = last ? shape.slice(-3, -1) : shape.slice(-2);
  const side = (size: number | string | undefined) =>
    typeof size === 'number' && size >= 64
      ? { minimum: size, maximum: size, default: size }
      : { minimum: 256, maximum: 1024, default: 512 };
  return { width: side(width), height: side(height), multiple_of: typeof width === 'number' ? 1 : 64 };
}
