import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { WISHES } from '../../contract/melody.ts';
import type { Random } from '../../contract/random.ts';
import { fromHalf, toHalf } from '../onnx/half.ts';
import { composeSong } from './corpus.ts';
import { composeHook } from './hooks.ts';
import { composePhrases } from './phrases.ts';
import {
  FIRST,
  IN_BARS,
  IN_PHRASES,
  type Language,
  type MelodyNet,
  parts,
  SECOND,
  type Song,
  trainMelody,
} from './train.ts';

/** Kept weights, as with the words: drawing the graph around them is bit-stable, training is not. */
const kept = (name: string) => new URL(`../trained/${name}.f16`, import.meta.url);
const sizesOf = ({ vocabulary, tokens }: Language) => [
  vocabulary * FIRST,
  WISHES.length * FIRST,
  FIRST,
  FIRST * SECOND,
  SECOND,
  SECOND * tokens,
  tokens,
];

/** What each of the melody nets has learnt from. */
const TEACHERS = {
  melody: { language: IN_BARS, compose: composeSong },
  hook: { language: IN_BARS, compose: composeHook },
  phrase: { language: IN_PHRASES, compose: composePhrases },
} satisfies Record<string, { language: Language; compose: (random: Random) => Song }>;

export function melodyNet(name: keyof typeof TEACHERS, { retrain }: { retrain: boolean }): MelodyNet {
  const { language, compose } = TEACHERS[name];
  const file = kept(name);
  if (retrain || !existsSync(file)) {
    const trained = parts(trainMelody(language, compose));
    writeFileSync(file, Buffer.concat(trained.map((part) => Buffer.from(toHalf(part).buffer))));
  }
  const bytes = readFileSync(file);
  const values = fromHalf(
    new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
  );
  let offset = 0;
  const [embedding, wishes, firstBias, second, secondBias, out, outBias] = sizesOf(language).map((size) =>
    values.slice(offset, (offset += size)),
  );
  if (offset !== values.length)
    throw new Error(`trained/${name}.f16 is of another shape: rebuild with --retrain`);
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
