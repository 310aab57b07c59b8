/**
 * How a prompt enters a house model: `text-hash/1`.
 *
 * Each word becomes a fixed vector of signed hashes of itself and of its letter groups, so
 * the vocabulary is open: a word never met before lands near the words that it is spelt like.
 * A released model depends on every bit of this: change it only under a new contract name.
 */
export const PROMPT_WORDS_MAX = 24;
export const WORD_FEATURES = 1024;
const WORD_LETTERS_MAX = 40;
const WHOLE_WORD_WEIGHT = 1.2;
const LETTER_GROUP_WEIGHT = 0.5;

export type PromptFeatures = {
  /** f32[PROMPT_WORDS_MAX, WORD_FEATURES], unit length per word, zero where there is no word */
  tokens: Float32Array;
  /** f32[PROMPT_WORDS_MAX], 1 where there is a word */
  mask: Float32Array;
};

export function promptFeatures(prompt: string): PromptFeatures {
  const tokens = new Float32Array(PROMPT_WORDS_MAX * WORD_FEATURES);
  const mask = new Float32Array(PROMPT_WORDS_MAX);
  promptWords(prompt)
    .slice(0, PROMPT_WORDS_MAX)
    .forEach((word, i) => {
      writeWordFeatures(word, tokens.subarray(i * WORD_FEATURES, (i + 1) * WORD_FEATURES));
      mask[i] = 1;
    });
  return { tokens, mask };
}

function promptWords(prompt: string): string[] {
  return (
    prompt
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Writes one word's features into `into` (f32[WORD_FEATURES], zeroed). */
export function writeWordFeatures(word: string, into: Float32Array): void {
  const letters = word.slice(0, WORD_LETTERS_MAX);
  addHashed(`w:${letters}`, WHOLE_WORD_WEIGHT, into);
  const fenced = `^${letters}$`;
  for (const size of [3, 4, 5])
    for (let start = 0; start + size <= fenced.length; start++)
      addHashed(`${size}:${fenced.slice(start, start + size)}`, LETTER_GROUP_WEIGHT, into);

  let squares = 0;
  for (const value of into) squares += value * value;
  const scale = 1 / Math.sqrt(squares || 1);
  for (let i = 0; i < into.length; i++) into[i]! *= scale;
}

function addHashed(text: string, weight: number, into: Float32Array): void {
  const hash = fnv(text);
  into[hash % WORD_FEATURES]! += hash >>> 31 ? weight : -weight;
}

/** FNV-1a with a final mix: its low bits alone are too regular for short strings. */
function fnv(text: string): number {
  let hash = 2166136261 ^ 7;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return hash >>> 0;
}
