import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { MOMENT_VOCABULARY, TOKENS, WISHES } from '../../contract/melody.ts';
import { fromHalf, toHalf } from '../onnx/half.ts';
import { FIRST, parts, SECOND, trainMelody, type MelodyNet } from './train.ts';

/** Kept weights, as with the words: drawing the graph around them is bit-stable, training is not. */
const FILE = new URL('../trained/melody.f16', import.meta.url);
const SIZES = [
  MOMENT_VOCABULARY * FIRST,
  WISHES.length * FIRST,
  FIRST,
  FIRST * SECOND,
  SECOND,
  SECOND * TOKENS,
  TOKENS,
];

export function melodyNet({ retrain }: { retrain: boolean }): MelodyNet {
  if (retrain || !existsSync(FILE))
    writeFileSync(FILE, Buffer.concat(parts(trainMelody()).map((part) => Buffer.from(toHalf(part).buffer))));
  const bytes = readFileSync(FILE);
  const values = fromHalf(
    new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
  );
  let offset = 0;
  const [embedding, wishes, firstBias, second, secondBias, out, outBias] = SIZES.map((size) =>
    values.slice(offset, (offset += size)),
  );
  if (offset !== values.length)
    throw new Error('trained/melody.f16 is of another shape: rebuild with --retrain');
  return {
    embedding: embedding!,
    wishes: wishes!,
    firstBias: firstBias!,
    second: second!,
    secondBias: secondBias!,
    out: out!,
    outBias: outBias!,
  };
}
