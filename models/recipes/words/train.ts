import { createRandom, normals, type Random } from '../../contract/random.ts';
import { WORD_FEATURES, writeWordFeatures } from '../../contract/prompt.ts';
import { Adam } from '../adam.ts';
import { ATTRIBUTES } from './attributes.ts';
import { lexicon, SILENT_WORDS, type Entry } from './lexicon.ts';

export const HIDDEN = 64;
const OUTPUTS = 2 * ATTRIBUTES.length;
const BATCH = 32;
const ENDINGS = ['', '', '', '', 's', 'y', 'ish', 'like', 'ed', 'ing', 'er', 'ly', 'en'];
const CONFIDENCE_WEIGHT = 0.5;

/** One hidden layer: word features -> a value and a confidence per attribute. */
export type WordNet = {
  /** f32[WORD_FEATURES, HIDDEN] */ inward: Float32Array;
  /** f32[HIDDEN] */ inwardBias: Float32Array;
  /** f32[HIDDEN, 2 * ATTRIBUTES] */ outward: Float32Array;
  /** f32[2 * ATTRIBUTES] */ outwardBias: Float32Array;
};

/** About a minute of one core. The backward pass is by hand: word features are sparse, a graph would not be. */
export function trainWords(steps = 9000, seed = 5, log = console.log): WordNet {
  const random = createRandom(seed);
  const net: WordNet = {
    inward: normals(random, WORD_FEATURES * HIDDEN, 0.35),
    inwardBias: new Float32Array(HIDDEN),
    outward: normals(random, HIDDEN * OUTPUTS, 0.15),
    outwardBias: new Float32Array(OUTPUTS).fill(-3, ATTRIBUTES.length),
  };
  const weights = [net.inward, net.inwardBias, net.outward, net.outwardBias];
  const adam = new Adam(weights, 0.999);
  const words = lexicon();
  let smoothLoss = 0;
  for (let step = 0; step < steps; step++) {
    let loss = 0;
    for (let i = 0; i < BATCH; i++) {
      const lesson = nextLesson(random, words);
      loss += learn(net, adam.gradients, lesson) / BATCH;
    }
    adam.step(BATCH, 0.004 * (1 - step / steps) + 0.0002);
    smoothLoss = step ? smoothLoss * 0.99 + loss * 0.01 : loss;
    if (step % 1000 === 999) log(`words: step ${step + 1} loss ${smoothLoss.toFixed(3)}`);
  }
  return net;
}

type Lesson = { word: string; entry: Entry | null };

function nextLesson(random: Random, words: Entry[]): Lesson {
  const dice = random.uniform();
  if (dice < 0.14) return { word: random.pick(SILENT_WORDS), entry: null };
  if (dice < 0.32) return { word: nonsense(random), entry: null };
  const entry = random.pick(words);
  return { word: inflect(entry.word, random.pick(ENDINGS), random), entry };
}

function inflect(word: string, ending: string, random: Random): string {
  if (!ending) return word;
  const startsWithVowel = /^[aeiouy]/.test(ending);
  if (startsWithVowel && word.endsWith('e')) return word.slice(0, -1) + ending;
  const doubles = startsWithVowel && /[^aeiou][aeiou][bdgmnpt]$/.test(word);
  return doubles && random.uniform() < 0.7 ? word + word.at(-1) + ending : word + ending;
}

function nonsense(random: Random): string {
  const length = 3 + random.integer(7);
  return Array.from({ length }, (_, i) => random.pick([...(i % 2 ? 'aeiou' : 'bcdfghjklmnprstvwz')])).join(
    '',
  );
}

/** Adds one word's gradient and returns its loss. */
function learn(net: WordNet, gradients: Float32Array[], { word, entry }: Lesson): number {
  const features = new Float32Array(WORD_FEATURES);
  writeWordFeatures(word, features);
  const active = [...features.keys()].filter((i) => features[i] !== 0);
  const hidden = Float32Array.from(net.inwardBias);
  for (const i of active)
    for (let j = 0; j < HIDDEN; j++) hidden[j]! += features[i]! * net.inward[i * HIDDEN + j]!;
  for (let j = 0; j < HIDDEN; j++) hidden[j] = Math.tanh(hidden[j]!);

  const [inwardGradient, inwardBiasGradient, outwardGradient, outwardBiasGradient] = gradients as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const hiddenGradient = new Float32Array(HIDDEN);
  let loss = 0;
  for (let k = 0; k < OUTPUTS; k++) {
    let sum = net.outwardBias[k]!;
    for (let j = 0; j < HIDDEN; j++) sum += hidden[j]! * net.outward[j * OUTPUTS + k]!;
    const [cost, slope] = lossAt(k, sum, entry);
    loss += cost;
    if (slope === 0) continue;
    outwardBiasGradient[k]! += slope;
    for (let j = 0; j < HIDDEN; j++) {
      outwardGradient[j * OUTPUTS + k]! += slope * hidden[j]!;
      hiddenGradient[j]! += slope * net.outward[j * OUTPUTS + k]!;
    }
  }
  for (let j = 0; j < HIDDEN; j++) {
    const slope = hiddenGradient[j]! * (1 - hidden[j]! ** 2);
    inwardBiasGradient[j]! += slope;
    for (const i of active) inwardGradient[i * HIDDEN + j]! += slope * features[i]!;
  }
  return loss;
}

/** Loss and slope of one output: squared error on a value the word speaks about, cross entropy on confidence. */
function lossAt(output: number, sum: number, entry: Entry | null): [cost: number, slope: number] {
  const count = ATTRIBUTES.length;
  if (output < count) {
    if (!entry || entry.confidence[output] === 0) return [0, 0];
    const value = Math.tanh(sum);
    const miss = value - entry.values[output]!;
    return [miss * miss, 2 * miss * (1 - value * value)];
  }
  const sure = 1 / (1 + Math.exp(-sum));
  const target = entry ? entry.confidence[output - count]! : 0;
  const cost = -(target * Math.log(sure + 1e-9) + (1 - target) * Math.log(1 - sure + 1e-9));
  return [CONFIDENCE_WEIGHT * cost, CONFIDENCE_WEIGHT * (sure - target)];
}
