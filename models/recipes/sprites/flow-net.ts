import type { Graph, Value } from '../onnx/graph.ts';
import { CONDITION } from './condition.ts';

export const LATENT = 224;
const WIDTH = 384;
const BLOCKS = 3;
const TIME_WAVES = 8;
export const TOLD = 2 * TIME_WAVES + CONDITION;

export type Layer = {
  name: string;
  shape: [number, number];
  /** spread of the first weights, 0 for a bias */ gain: number;
};

/** The weights of the velocity net: an entry, residual blocks that hear time and condition, an exit. */
export const LAYERS: Layer[] = [
  { name: 'enter', shape: [LATENT + TOLD, WIDTH], gain: 1 },
  { name: 'enter_bias', shape: [1, WIDTH], gain: 0 },
  ...Array.from({ length: BLOCKS }, (_, k): Layer[] => [
    { name: `first${k}`, shape: [WIDTH, WIDTH], gain: 1 },
    { name: `first_bias${k}`, shape: [1, WIDTH], gain: 0 },
    { name: `told${k}`, shape: [TOLD, WIDTH], gain: 1 },
    { name: `second${k}`, shape: [WIDTH, WIDTH], gain: 0.5 },
    { name: `second_bias${k}`, shape: [1, WIDTH], gain: 0 },
  ]).flat(),
  { name: 'leave', shape: [WIDTH, LATENT], gain: 0.3 },
  { name: 'leave_bias', shape: [1, LATENT], gain: 0 },
];

/** Operations of the net, so that training (with gradients) and running (without) share its shape. */
export type Operations<T> = {
  weight(name: string): T;
  matmul(input: T, weights: T): T;
  add(left: T, right: T): T;
  bias(input: T, bias: T): T;
  silu(input: T): T;
  concat(left: T, right: T): T;
};

/** latent [batch, LATENT], told [batch, TOLD] -> velocity [batch, LATENT] */
export function velocity<T>(ops: Operations<T>, latent: T, told: T): T {
  const affine = (input: T, name: string, biasName: string) =>
    ops.bias(ops.matmul(input, ops.weight(name)), ops.weight(biasName));
  let state = affine(ops.concat(latent, told), 'enter', 'enter_bias');
  for (let k = 0; k < BLOCKS; k++) {
    const heard = ops.add(
      affine(ops.silu(state), `first${k}`, `first_bias${k}`),
      ops.matmul(told, ops.weight(`told${k}`)),
    );
    state = ops.add(state, affine(ops.silu(heard), `second${k}`, `second_bias${k}`));
  }
  return affine(ops.silu(state), 'leave', 'leave_bias');
}

const FREQUENCIES = Array.from({ length: TIME_WAVES }, (_, k) => 60 ** (k / (TIME_WAVES - 1)) * 1.5);

export function writeTime(time: number, into: Float32Array): void {
  FREQUENCIES.forEach((frequency, k) => {
    into[k] = Math.sin(time * frequency);
    into[TIME_WAVES + k] = Math.cos(time * frequency);
  });
}

/** The same inside a graph: time [1] -> [1, 2 * TIME_WAVES] */
export function timeFeatures(graph: Graph, time: Value): Value {
  const phases = time.times(graph.constant(FREQUENCIES, [1, TIME_WAVES]));
  return graph.concat([phases.sin(), phases.cos()], 1);
}
