import { createRandom, normals, type Random } from '../../contract/random.ts';
import { describeMoment, MOMENT, MOMENT_VOCABULARY, TOKENS, WISHES } from '../../contract/melody.ts';
import {
  describePhraseMoment,
  PHRASE_MOMENT,
  PHRASE_TOKENS,
  PHRASE_VOCABULARY,
} from '../../contract/phrase.ts';
import { Adam } from '../adam.ts';
import { Graph } from '../onnx/graph.ts';

export const FIRST = 88;
export const SECOND = 56;
const BATCH = 48;
const SONGS_AT_A_TIME = 48;

export type Song = {
  tokens: number[];
  /** degree of the chord's root per bar, where there are bars */ chords: number[];
  /** by WISHES */ wishes: number[];
};

/** A contract that a melody network keeps to. */
export type Language = {
  /** how many indices describe a moment, and out of how many */ moment: number;
  vocabulary: number;
  tokens: number;
  describe(song: Song, at: number): number[];
};
export const IN_BARS: Language = {
  moment: MOMENT,
  vocabulary: MOMENT_VOCABULARY,
  tokens: TOKENS,
  describe: ({ tokens, chords }, at) => describeMoment(tokens, at, chords),
};
export const IN_PHRASES: Language = {
  moment: PHRASE_MOMENT,
  vocabulary: PHRASE_VOCABULARY,
  tokens: PHRASE_TOKENS,
  describe: ({ tokens }, at) => describePhraseMoment(tokens.slice(0, at)),
};

/** moment (embedded) and wishes -> two hidden layers -> a score for each token */
export type MelodyNet = {
  /** f32[vocabulary, FIRST] */ embedding: Float32Array;
  /** f32[WISHES, FIRST] */ wishes: Float32Array;
  firstBias: Float32Array;
  /** f32[FIRST, SECOND] */ second: Float32Array;
  secondBias: Float32Array;
  /** f32[SECOND, tokens] */ out: Float32Array;
  outBias: Float32Array;
};

/** Learns to continue a rule composer's songs, of which there are endlessly many. Some twenty seconds. */
export function trainMelody(
  language: Language,
  compose: (random: Random) => Song,
  steps = 7000,
  seed = 9,
  log = console.log,
): MelodyNet {
  const random = createRandom(seed);
  const net: MelodyNet = {
    embedding: normals(random, language.vocabulary * FIRST, 0.12),
    wishes: normals(random, WISHES.length * FIRST, 0.2),
    firstBias: new Float32Array(FIRST),
    second: normals(random, FIRST * SECOND, 1 / Math.sqrt(FIRST)),
    secondBias: new Float32Array(SECOND),
    out: normals(random, SECOND * language.tokens, 0.1),
    outBias: new Float32Array(language.tokens),
  };
  const adam = new Adam(parts(net), 0.995);
  let songs: Song[] = [];
  let smoothLoss = 3;
  for (let step = 0; step < steps; step++) {
    if (step % 40 === 0) songs = Array.from({ length: SONGS_AT_A_TIME }, () => compose(random));
    let loss = 0;
    for (let i = 0; i < BATCH; i++) {
      const song = random.pick(songs);
      loss += learn(net, language, adam.gradients, song, random.integer(song.tokens.length)) / BATCH;
    }
    adam.step(BATCH, 0.004 * (1 - step / steps) + 0.0002);
    smoothLoss = smoothLoss * 0.99 + loss * 0.01;
    if (step % 1000 === 999) log(`melody: step ${step + 1}, ${smoothLoss.toFixed(3)} nats a token`);
  }
  return net;
}

export function parts(net: MelodyNet): Float32Array[] {
  return [net.embedding, net.wishes, net.firstBias, net.second, net.secondBias, net.out, net.outBias];
}

export function melodyGraph(
  net: MelodyNet,
  { moment: width, vocabulary, tokens }: Language,
  name: string,
): Uint8Array {
  const graph = new Graph();
  const moment = graph.input('moment', 'i64', [1, width]);
  const wishes = graph.input('wishes', 'f32', [1, WISHES.length]);
  const table = graph.weights(net.embedding, [vocabulary, FIRST]);
  const embedded = graph.op('Gather', [table, moment], { axis: { int: 0 } }).sum(1, false);
  const first = embedded
    .plus(wishes.matmul(graph.weights(net.wishes, [WISHES.length, FIRST])))
    .plus(graph.weights(net.firstBias, [1, FIRST]))
    .tanh();
  const second = first
    .matmul(graph.weights(net.second, [FIRST, SECOND]))
    .plus(graph.weights(net.secondBias, [1, SECOND]))
    .tanh();
  const scores = second
    .matmul(graph.weights(net.out, [SECOND, tokens]))
    .plus(graph.weights(net.outBias, [1, tokens]));
  graph.output(scores, 'scores', 'f32', [1, tokens]);
  return graph.finish(name);
}

/** Adds the gradient of guessing token `at` of a song, returns the loss in nats. */
function learn(
  net: MelodyNet,
  language: Language,
  gradients: Float32Array[],
  song: Song,
  at: number,
): number {
  const moment = language.describe(song, at);
  const sums = Float32Array.from(net.firstBias);
  for (const index of moment) for (let j = 0; j < FIRST; j++) sums[j]! += net.embedding[index * FIRST + j]!;
  song.wishes.forEach((wish, w) => {
    for (let j = 0; j < FIRST; j++) sums[j]! += wish * net.wishes[w * FIRST + j]!;
  });
  const first = squash(sums);
  const second = squash(affine(first, net.second, net.secondBias));
  const chances = softmax(affine(second, net.out, net.outBias));
  const right = song.tokens[at]!;

  const [embeddingG, wishesG, firstBiasG, secondG, secondBiasG, outG, outBiasG] = gradients as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const scoreSlopes = chances.map((chance, token) => chance - (token === right ? 1 : 0));
  const secondSlopes = backward(scoreSlopes, second, net.out, outG, outBiasG);
  for (let k = 0; k < SECOND; k++) secondSlopes[k]! *= 1 - second[k]! ** 2;
  const firstSlopes = backward(secondSlopes, first, net.second, secondG, secondBiasG);
  for (let j = 0; j < FIRST; j++) firstSlopes[j]! *= 1 - first[j]! ** 2;
  for (let j = 0; j < FIRST; j++) firstBiasG[j]! += firstSlopes[j]!;
  for (const index of moment)
    for (let j = 0; j < FIRST; j++) embeddingG[index * FIRST + j]! += firstSlopes[j]!;
  song.wishes.forEach((wish, w) => {
    for (let j = 0; j < FIRST; j++) wishesG[w * FIRST + j]! += wish * firstSlopes[j]!;
  });
  return -Math.log(chances[right]! + 1e-12);
}

function affine(input: Float32Array, weights: Float32Array, bias: Float32Array): Float32Array {
  const out = Float32Array.from(bias);
  const width = bias.length;
  for (let i = 0; i < input.length; i++) {
    const value = input[i]!;
    for (let o = 0; o < width; o++) out[o]! += value * weights[i * width + o]!;
  }
  return out;
}

function squash(values: Float32Array): Float32Array {
  return values.map((value) => Math.tanh(value));
}

/** Adds to the gradients of a layer and returns the slopes of its input. */
function backward(
  slopes: Float32Array,
  input: Float32Array,
  weights: Float32Array,
  weightsG: Float32Array,
  biasG: Float32Array,
): Float32Array {
  const width = slopes.length;
  const inputSlopes = new Float32Array(input.length);
  for (let o = 0; o < width; o++) biasG[o]! += slopes[o]!;
  for (let i = 0; i < input.length; i++) {
    let sum = 0;
    for (let o = 0; o < width; o++) {
      weightsG[i * width + o]! += slopes[o]! * input[i]!;
      sum += slopes[o]! * weights[i * width + o]!;
    }
    inputSlopes[i] = sum;
  }
  return inputSlopes;
}

function softmax(scores: Float32Array): Float32Array {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
