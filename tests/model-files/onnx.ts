import { Graph, type TensorType } from '../../models/recipes/onnx/graph.ts';
import { Wire } from '../../models/recipes/onnx/wire.ts';

/** ONNX files made for tests: honest ones by the house's own writer, others by hand, field by field. */

export const FLOAT = 1;
export const BYTE = 2;
export const LONG = 7;

export type Dimension = number | string;

export function port(name: string, type: number, shape: readonly Dimension[]): Wire {
  const dimensions = new Wire();
  for (const size of shape)
    dimensions.message(1, typeof size === 'number' ? new Wire().int(1, size) : new Wire().text(2, size));
  const tensor = new Wire().int(1, type).message(2, dimensions);
  return new Wire().text(1, name).message(2, new Wire().message(1, tensor));
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...attributes: Wire[]
): Wire {
  const wire = new Wire();
  for (const input of inputs) wire.text(1, input);
  for (const output of outputs) wire.text(2, output);
  wire.text(4, op);
  for (const attribute of attributes) wire.message(5, attribute);
  return wire;
}

export const whole = (name: string, value: number) => new Wire().text(1, name).int(3, value).int(20, 2);
export const subgraph = (name: string, graph: Wire) => new Wire().text(1, name).message(6, graph).int(20, 5);

export function tensor(name: string, type: number, shape: readonly number[], raw: Uint8Array): Wire {
  const wire = new Wire();
  for (const size of shape) wire.int(1, size);
  return wire.int(2, type).text(8, name).bytes(9, raw);
}

export const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
export const longs = (...values: number[]) => new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);

export function graph(parts: {
  nodes: readonly Wire[];
  inputs?: readonly Wire[];
  outputs: readonly Wire[];
  stored?: readonly Wire[];
  more?: (graph: Wire) => void;
}): Wire {
  const wire = new Wire();
  for (const part of parts.nodes) wire.message(1, part);
  wire.text(2, 'g');
  for (const part of parts.stored ?? []) wire.message(5, part);
  for (const part of parts.inputs ?? []) wire.message(11, part);
  for (const part of parts.outputs) wire.message(12, part);
  parts.more?.(wire);
  return wire;
}

export function model(
  of: Wire,
  more: { ir?: number; opset?: number; domain?: string; extra?: (model: Wire) => void } = {},
): Uint8Array {
  const wire = new Wire()
    .int(1, more.ir ?? 8)
    .text(2, 'test')
    .message(7, of);
  wire.message(8, new Wire().text(1, more.domain ?? '').int(2, more.opset ?? 17));
  more.extra?.(wire);
  return wire.finish();
}

/** One node between an input x f32[1] and an output y. */
export const oneNode = (op: string, ...attributes: Wire[]) =>
  graph({
    nodes: [node(op, ['x'], ['y'], ...attributes)],
    inputs: [port('x', FLOAT, [1])],
    outputs: [port('y', FLOAT, [1])],
  });

/**
 * An honest little painter: noise and the prompt decide the colours of smooth waves. Input `noise` f32[1,8], `size`
 * i64[2] (height, width) and `tokens` f32[24,1024]; output `image` f32[1,3,height,width] in 0..1.
 */
export function wavePainter(options: { time?: boolean } = {}): Uint8Array {
  const g = new Graph();
  const noise = g.input('noise', 'f32', [1, 8]);
  const tokens = g.input('tokens', 'f32', [24, 1024]);
  const size = g.input('size', 'i64', [2]);
  const wish = tokens.sum(0).matmul(mixing(g, 8)); // [1,8]
  const height = size.slice(0, 0, 1);
  const width = size.slice(0, 1, 2);
  const line = (count: typeof height, name: TensorType = 'f32') => {
    const scalar = count.reshape(g.integers([]));
    return g
      .op('Range', [g.integer(0), scalar, g.integer(1)])
      .cast(name)
      .over(scalar.cast('f32'));
  };
  const y = line(height).unsqueeze(1); // [h,1]
  const x = line(width).unsqueeze(0); // [1,w]
  const phase = options.time ? g.input('time', 'f32', [1]).times(Math.PI * 2) : null;
  const channels = [0, 1, 2].map((channel) => {
    const part = (at: number) => noise.plus(wish).slice(1, at, at + 1); // [1,1]
    const across = x.times(part(channel).plus(3 + channel)).times(4);
    const down = y.times(part(channel + 3).plus(2 + channel)).times(4);
    const wave = across.plus(down).plus(part(6).times(3));
    return (phase ? wave.plus(phase) : wave).sin().scaled(0.45, 0.5).unsqueeze(0);
  });
  g.output(g.concat(channels, 0).unsqueeze(0), 'image', 'f32', [1, 3, 'height', 'width']);
  return g.finish('waves');
}

/** What words weigh, the same every time: [1024, columns]. */
const mixing = (g: Graph, columns: number) =>
  g.constant(
    Array.from({ length: 1024 * columns }, (_, i) => Math.sin(i * 12.9898) * 1.5),
    [1024, columns],
  );

export const waveManifest = {
  contract: 'mc-onnx/1',
  networks: [
    {
      file: 'painter',
      inputs: {
        noise: { role: 'noise', shape: [1, 8] },
        tokens: { role: 'text-hash-1024' },
        size: { role: 'size', order: 'height-width' },
      },
    },
  ],
  output: { role: 'image-f32', of: 'painter', tensor: 'image', layout: 'nchw', range: 'zero-to-one' },
  size: {
    width: { minimum: 64, maximum: 512, default: 128 },
    height: { minimum: 64, maximum: 512, default: 128 },
    multiple_of: 32,
  },
} as const;

/** A velocity that leads any noise to a flat colour that the prompt names: state f32[1,3,h,w]. */
export function flowNetwork(): Uint8Array {
  const g = new Graph();
  const state = g.input('state', 'f32', [1, 3, 'height', 'width']);
  const tokens = g.input('tokens', 'f32', [24, 1024]);
  const time = g.input('time', 'f32', [1]);
  const wish = tokens.sum(0).matmul(mixing(g, 3)).reshape([1, 3, 1, 1]).tanh();
  const speed = g.operand(1.02).minus(time);
  g.output(wish.minus(state).over(speed).times(0.25), 'velocity', 'f32', [1, 3, 'height', 'width']);
  return g.finish('flow');
}

export const flowManifest = {
  contract: 'mc-onnx/1',
  networks: [
    {
      file: 'flow',
      inputs: { state: { role: 'state' }, tokens: { role: 'text-hash-1024' }, time: { role: 'time' } },
    },
  ],
  loop: {
    kind: 'flow',
    network: 'flow',
    tensor: 'velocity',
    gives: 'velocity',
    state: { shape: [1, 3, 'height', 'width'] },
    steps: { minimum: 1, maximum: 200, default: 12 },
    guidance: { minimum: 0, maximum: 10, default: 2 },
  },
  output: { role: 'image-f32', of: 'flow', tensor: 'velocity', layout: 'nchw', range: 'minus-one-to-one' },
  size: {
    width: { minimum: 64, maximum: 256, default: 64 },
    height: { minimum: 64, maximum: 256, default: 64 },
  },
} as const;

/** A tone whose pitch wanders: `count` i64[1] samples at `rate` f32[1], `pitch` f32[1]; output f32[1,count]. */
export function driftingTone(): Uint8Array {
  const g = new Graph();
  const count = g.input('count', 'i64', [1]);
  const pitch = g.input('pitch', 'f32', [1]);
  const scalar = count.reshape(g.integers([]));
  const seconds = g
    .op('Range', [g.integer(0), scalar, g.integer(1)])
    .cast('f32')
    .over(24_000);
  const phase = seconds
    .times(pitch)
    .times(Math.PI * 2)
    .plus(seconds.times(2).sin().times(3));
  g.output(phase.sin().times(0.3).unsqueeze(0), 'sound', 'f32', [1, 'samples']);
  return g.finish('tone');
}

export const toneManifest = {
  contract: 'mc-onnx/1',
  networks: [
    {
      file: 'tone',
      inputs: {
        count: { role: 'samples' },
        pitch: { role: 'param', name: 'pitch', minimum: 50, maximum: 2_000, default: 220 },
      },
    },
  ],
  output: { role: 'audio-f32', of: 'tone', tensor: 'sound', sample_rate: 24_000 },
  duration_s: { minimum: 1, maximum: 10, default: 3 },
} as const;
