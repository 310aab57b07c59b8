import { WISHES } from './melody.ts';

/**
 * The language of a free-time melody network, contract `phrase/1`, in a scale of five degrees: three
 * tokens a note, which are its degree, its length and its ornament; a phrase ends with BREATH and how
 * long it is held.
 */
export const BREATH = 0;
const FIRST_DEGREE_TOKEN = 1;
export const LOWEST_DEGREE = -5;
export const HIGHEST_DEGREE = 14;
const FIRST_LENGTH_TOKEN = FIRST_DEGREE_TOKEN + HIGHEST_DEGREE - LOWEST_DEGREE + 1;
/** in beats */
const LENGTHS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const;
const FIRST_ORNAMENT_TOKEN = FIRST_LENGTH_TOKEN + LENGTHS.length;
/** struck plainly; with the neighbour above before it; shaken; pressed up to pitch; rolled with the octave below */
const ORNAMENTS = ['plain', 'grace', 'shake', 'press', 'roll'] as const;
export type Ornament = (typeof ORNAMENTS)[number];
export const PHRASE_TOKENS = FIRST_ORNAMENT_TOKEN + ORNAMENTS.length;
export { WISHES };

export type Event = { degree: number | null; length: number; ornament: Ornament };
/** what the next token must be */
export type Question = 'degree' | 'length' | 'ornament';

export function eventTokens({ degree, length, ornament }: Event): number[] {
  const long = LENGTHS.reduce(
    (best, beats, i) => (Math.abs(beats - length) < Math.abs(LENGTHS[best]! - length) ? i : best),
    0,
  );
  if (degree === null) return [BREATH, FIRST_LENGTH_TOKEN + long];
  const kept = Math.max(LOWEST_DEGREE, Math.min(HIGHEST_DEGREE, degree));
  return [
    FIRST_DEGREE_TOKEN + kept - LOWEST_DEGREE,
    FIRST_LENGTH_TOKEN + long,
    FIRST_ORNAMENT_TOKEN + ORNAMENTS.indexOf(ornament),
  ];
}

export function questionOf(token: number): Question {
  if (token < FIRST_LENGTH_TOKEN) return 'degree';
  return token < FIRST_ORNAMENT_TOKEN ? 'length' : 'ornament';
}

/** What may follow `tokens`. */
export function nextQuestion(tokens: readonly number[]): Question {
  const last = tokens.at(-1);
  if (last === undefined) return 'degree';
  const asked = questionOf(last);
  if (asked === 'degree') return 'length';
  return asked === 'length' && tokens.at(-2) !== BREATH ? 'ornament' : 'degree';
}

/** Phrases of whole events; what is unfinished at the end is left out. */
export function readPhrases(tokens: readonly number[]): Event[][] {
  const phrases: Event[][] = [[]];
  for (let i = 0; i < tokens.length;) {
    const first = tokens[i]!;
    const length = LENGTHS[tokens[i + 1]! - FIRST_LENGTH_TOKEN];
    if (length === undefined) break;
    if (first === BREATH) {
      phrases.at(-1)!.push({ degree: null, length, ornament: 'plain' });
      phrases.push([]);
      i += 2;
      continue;
    }
    const ornament = ORNAMENTS[tokens[i + 2]! - FIRST_ORNAMENT_TOKEN];
    if (ornament === undefined) break;
    phrases.at(-1)!.push({ degree: first - FIRST_DEGREE_TOKEN + LOWEST_DEGREE, length, ornament });
    i += 3;
  }
  return phrases.filter((phrase) => phrase.length > 0);
}

const CONTEXT = 12;
const NOTES_COUNTED = 12;
const BEATS_COUNTED = 16;
const DEGREES = HIGHEST_DEGREE - LOWEST_DEGREE + 2; // and none
const SLOTS = [
  ...Array.from({ length: CONTEXT }, () => PHRASE_TOKENS + 1), // the last tokens, newest first
  3, // what is asked
  DEGREES, // the degree that sounded last
  DEGREES, // the one before
  NOTES_COUNTED, // notes in this phrase
  BEATS_COUNTED, // beats in this phrase
  4, // which phrase of four
  DEGREES, // the note at this place one phrase ago
  DEGREES, // and two phrases ago
  LENGTHS.length + 1, // and how long that was
];
const OFFSETS = SLOTS.map((_, i) => SLOTS.slice(0, i).reduce((sum, size) => sum + size, 0));

/** how many indices describe one moment, and out of how many */
export const PHRASE_MOMENT = SLOTS.length;
export const PHRASE_VOCABULARY = SLOTS.reduce((sum, size) => sum + size, 0);

/** The moment after `tokens` as indices into one embedding table: PHRASE_MOMENT numbers. */
export function describePhraseMoment(tokens: readonly number[]): number[] {
  const question = nextQuestion(tokens);
  const begun = [...tokens.keys()].filter((i) => questionOf(tokens[i]!) === 'degree');
  const degreeAt = (i: number | undefined) => (i === undefined ? 0 : tokens[i]!);
  const sounded = begun.filter((i) => tokens[i] !== BREATH);
  const breaths = begun.filter((i) => tokens[i] === BREATH && i + 1 < tokens.length);
  const start = (breaths.at(-1) ?? -2) + 2;
  const phraseOf = (back: number) => {
    const from = breaths.length > back ? breaths.at(-1 - back)! + 2 : breaths.length === back ? 0 : -1;
    const to = back === 0 ? Infinity : breaths.at(-back)!;
    return from < 0 ? [] : sounded.filter((i) => i >= from && i < to);
  };
  const here = sounded.filter((i) => i >= start);
  const now = question === 'degree' ? here.length : Math.max(0, here.length - 1);
  const beats = here.reduce((sum, i) => sum + (LENGTHS[(tokens[i + 1] ?? -1) - FIRST_LENGTH_TOKEN] ?? 0), 0);
  const [before, twoBefore] = [phraseOf(1)[now], phraseOf(2)[now]];
  const parts = [
    ...Array.from({ length: CONTEXT }, (_, back) => (tokens.at(-1 - back) ?? -1) + 1),
    ['degree', 'length', 'ornament'].indexOf(question),
    degreeAt(sounded.at(-1)),
    degreeAt(sounded.at(-2)),
    Math.min(NOTES_COUNTED - 1, here.length),
    Math.min(BEATS_COUNTED - 1, Math.floor(beats)),
    breaths.length % 4,
    degreeAt(before),
    degreeAt(twoBefore),
    twoBefore === undefined ? 0 : tokens[twoBefore + 1]! - FIRST_LENGTH_TOKEN + 1,
  ];
  return parts.map((part, i) => OFFSETS[i]! + part);
}
