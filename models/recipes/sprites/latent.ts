import * as ort from 'onnxruntime-node';
import { normals, type Random } from '../../contract/random.ts';
import { Graph } from '../onnx/graph.ts';
import { PIXELS } from './corpus.ts';
import { LATENT } from './flow-net.ts';

export type LatentSpace = {
  /** f32[PIXELS] */ mean: Float32Array;
  /** f32[PIXELS, LATENT], orthonormal columns */ basis: Float32Array;
  /** f32[LATENT], what each coordinate is divided by */ scale: Float32Array;
};

/** code * matrix + mean = pixels */
export type Decoder = {
  /** f32[LATENT, PIXELS] */
  matrix: Float32Array;
  /** f32[PIXELS] */
  mean: Float32Array;
};

export function decoderOf({ mean, basis, scale }: LatentSpace): Decoder {
  const matrix = new Float32Array(basis.length);
  for (let pixel = 0; pixel < PIXELS; pixel++)
    for (let k = 0; k < LATENT; k++) matrix[k * PIXELS + pixel] = basis[pixel * LATENT + k]! * scale[k]!;
  return { matrix, mean };
}

const ITERATIONS = 5;

/**
 * Principal components by subspace iteration, the products run by onnxruntime.
 * Centres `pictures` (f32[count, PIXELS]) in place; returns the space and its codes f32[count, LATENT].
 */
export async function findLatentSpace(pictures: Float32Array, random: Random) {
  const count = pictures.length / PIXELS;
  const mean = centre(pictures, count);
  const session = await ort.InferenceSession.create(projection(count), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const all = new ort.Tensor('float32', pictures, [count, PIXELS]);
  const project = async (basis: Float32Array) =>
    session.run({ pictures: all, basis: new ort.Tensor('float32', basis, [PIXELS, LATENT]) });

  let basis = orthonormal(normals(random, PIXELS * LATENT));
  for (let i = 0; i < ITERATIONS; i++)
    basis = orthonormal(Float32Array.from((await project(basis)).back!.data as Float32Array));
  const codes = Float32Array.from((await project(basis)).codes!.data as Float32Array);
  await session.release();

  const scale = codeScale(codes, count);
  let kept = 0;
  let whole = 0;
  for (const code of codes) kept += code * code;
  for (const value of pictures) whole += value * value;
  for (let i = 0; i < codes.length; i++) codes[i]! /= scale[i % LATENT]!;
  return { space: { mean, basis, scale } satisfies LatentSpace, codes, kept: kept / whole };
}

function projection(count: number): Uint8Array {
  const graph = new Graph();
  const pictures = graph.input('pictures', 'f32', [count, PIXELS]);
  const codes = pictures.matmul(graph.input('basis', 'f32', [PIXELS, LATENT]));
  graph.output(codes, 'codes', 'f32', [count, LATENT]);
  graph.output(pictures.transpose().matmul(codes), 'back', 'f32', [PIXELS, LATENT]);
  return graph.finish('projection');
}

function centre(pictures: Float32Array, count: number): Float32Array {
  const mean = new Float32Array(PIXELS);
  for (let i = 0; i < pictures.length; i++) mean[i % PIXELS]! += pictures[i]! / count;
  for (let i = 0; i < pictures.length; i++) pictures[i]! -= mean[i % PIXELS]!;
  return mean;
}

/** Between full whitening, which blows up noise, and none, which leaves fine detail too weak to learn. */
function codeScale(codes: Float32Array, count: number): Float32Array {
  const spread = new Float32Array(LATENT);
  for (let i = 0; i < codes.length; i++) spread[i % LATENT]! += codes[i]! ** 2 / count;
  const pivot = Math.sqrt(spread[8]!) ** 0.4;
  return spread.map((variance) => Math.sqrt(variance) ** 0.6 * pivot * 0.9);
}

/** Gram-Schmidt over the columns of f32[PIXELS, LATENT]; works on the transpose, where columns lie together. */
function orthonormal(basis: Float32Array): Float32Array {
  const columns = Array.from({ length: LATENT }, (_, k) =>
    Float32Array.from({ length: PIXELS }, (_, j) => basis[j * LATENT + k]!),
  );
  columns.forEach((column, k) => {
    for (const earlier of columns.slice(0, k)) {
      let along = 0;
      for (let j = 0; j < PIXELS; j++) along += column[j]! * earlier[j]!;
      for (let j = 0; j < PIXELS; j++) column[j]! -= along * earlier[j]!;
    }
    let squares = 1e-12;
    for (const value of column) squares += value * value;
    const length = 1 / Math.sqrt(squares);
    for (let j = 0; j < PIXELS; j++) column[j]! *= length;
  });
  const result = new Float32Array(PIXELS * LATENT);
  columns.forEach((column, k) => column.forEach((value, j) => (result[j * LATENT + k] = value)));
  return result;
}
