import { WORD_FEATURES, writeWordFeatures } from '../../contract/prompt.ts';
import type { Value } from '../onnx/graph.ts';
import type { Reading } from './encoder.ts';

/** Likeness of two words above which they are taken for one: inflections must be listed. */
const SAME_WORD = 0.62;

/**
 * Words with an exact meaning (a number, a form) are looked up, not learnt: the word net blurs
 * "seven" into "eight". For each meaning f32[1, 1], 1 where the prompt has one of its words, else 0.
 */
export function spotWords<M extends string>(
  { tokens }: Reading,
  meanings: Record<M, string>,
): Record<M, Value> {
  const { graph } = tokens;
  const entries = Object.entries<string>(meanings) as [M, string][];
  const words = entries.flatMap(([meaning, list]) => list.split(' ').map((word) => ({ meaning, word })));
  const dictionary = new Float32Array(WORD_FEATURES * words.length);
  words.forEach(({ word }, column) => {
    const features = new Float32Array(WORD_FEATURES);
    writeWordFeatures(word, features);
    features.forEach((value, row) => (dictionary[row * words.length + column] = value));
  });
  const likeness = tokens.matmul(graph.weights(dictionary, [WORD_FEATURES, words.length]));
  const said = largest(likeness.minus(SAME_WORD).times(60).sigmoid(), 0);
  return Object.fromEntries(
    entries.map(([meaning]) => {
      const from = words.findIndex((entry) => entry.meaning === meaning);
      const to = words.findLastIndex((entry) => entry.meaning === meaning) + 1;
      return [meaning, largest(said.slice(1, from, to), 1)];
    }),
  ) as Record<M, Value>;
}

function largest(values: Value, axis: number): Value {
  return values.graph.op('ReduceMax', [values], { axes: { ints: [axis] }, keepdims: { int: 1 } });
}
