import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { WORD_FEATURES } from '../../contract/prompt.ts';
import { fromHalf, toHalf } from '../onnx/half.ts';
import { ATTRIBUTES } from './attributes.ts';
import { HIDDEN, trainWords, type WordNet } from './train.ts';

/**
 * The trained word net is kept beside the recipes: training is not bit-stable from one V8 to the
 * next (Math.tanh), drawing a graph around fixed weights is.
 */
const FILE = new URL('../trained/words.f16', import.meta.url);
const SIZES = [WORD_FEATURES * HIDDEN, HIDDEN, HIDDEN * 2 * ATTRIBUTES.length, 2 * ATTRIBUTES.length];

export function wordNet(): WordNet {
  if (!existsSync(FILE)) retrainWords();
  const bytes = readFileSync(FILE);
  const values = fromHalf(
    new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
  );
  let offset = 0;
  const [inward, inwardBias, outward, outwardBias] = SIZES.map((size) =>
    values.slice(offset, (offset += size)),
  );
  if (offset !== values.length)
    throw new Error('trained/words.f16 is of another shape: rebuild with `words`');
  return { inward: inward!, inwardBias: inwardBias!, outward: outward!, outwardBias: outwardBias! };
}

export function retrainWords(): void {
  const net = trainWords();
  const parts = [net.inward, net.inwardBias, net.outward, net.outwardBias];
  writeFileSync(FILE, Buffer.concat(parts.map((part) => Buffer.from(toHalf(part).buffer))));
}
