/**
 * The language of a melody network, contract `melody/1`: one token per sixteenth note.
 * HOLD lets the note ring on, REST ends it, every other token starts a scale degree.
 */
export const TOKENS = 24;
export const HOLD = 0;
export const REST = 1;
const FIRST_DEGREE_TOKEN = 2;
export const LOWEST_DEGREE = -7;
export const HIGHEST_DEGREE = 13;
export const STEPS_PER_BAR = 16;

export function degreeToken(degree: number): number {
  return FIRST_DEGREE_TOKEN + Math.max(0, Math.min(HIGHEST_DEGREE - LOWEST_DEGREE, degree - LOWEST_DEGREE));
}

export function startsNote(token: number): boolean {
  return token >= FIRST_DEGREE_TOKEN;
}

export function tokenDegree(token: number): number {
  return token - FIRST_DEGREE_TOKEN + LOWEST_DEGREE;
}

/** What the composer is asked for, each -1..1, in this order. */
export const WISHES = ['tempo', 'valence', 'energy', 'density', 'register'] as const;

const CONTEXT = 16;
const SLOTS = [
  ...Array.from({ length: CONTEXT }, () => TOKENS), // the last tokens, newest first
  STEPS_PER_BAR, // place in the bar
  8, // bar in the phrase
  7, // chord now
  TOKENS, // one bar ago
  TOKENS, // four bars ago
  TOKENS - FIRST_DEGREE_TOKEN, // degree that sounded last
  7, // chord of the next bar
];
const OFFSETS = SLOTS.map((_, i) => SLOTS.slice(0, i).reduce((sum, size) => sum + size, 0));

/** how many indices describe one moment, and out of how many */
export const MOMENT = SLOTS.length;
export const MOMENT_VOCABULARY = SLOTS.reduce((sum, size) => sum + size, 0);

/** The moment before step `at` as indices into one embedding table: MOMENT numbers. */
export function describeMoment(tokens: readonly number[], at: number, chords: readonly number[]): number[] {
  const token = (index: number) => (index >= 0 ? tokens[index]! : REST);
  const bar = Math.floor(at / STEPS_PER_BAR);
  const parts: number[] = [];
  for (let back = 1; back <= CONTEXT; back++) parts.push(token(at - back));
  parts.push(at % STEPS_PER_BAR, bar % 8, chords[bar % chords.length]!);
  parts.push(
    token(at - STEPS_PER_BAR),
    token(at - 4 * STEPS_PER_BAR),
    lastDegree(tokens, at),
    chords[(bar + 1) % chords.length]!,
  );
  return parts.map((part, i) => OFFSETS[i]! + part);
}

function lastDegree(tokens: readonly number[], at: number): number {
  for (let i = at - 1; i >= 0; i--) if (startsNote(tokens[i]!)) return tokens[i]! - FIRST_DEGREE_TOKEN;
  return -LOWEST_DEGREE;
}
