import {
  BREATH,
  describePhraseMoment,
  type Event,
  nextQuestion,
  PHRASE_MOMENT,
  questionOf,
  readPhrases,
  WISHES,
} from '../../../../../../../models/contract/phrase.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import type { Run } from '../../run.ts';
import { floats, integers } from '../../sessions.ts';
import { choose } from '../choosing.ts';
import { clamp } from '../mood.ts';
import type { Plan } from './plan.ts';

const TEMPERATURE = 0.9;
const KEPT_CHANCE = 0.94;
const NOTES_OF_A_PHRASE_MAX = 14;
/** More than any piece needs; a net that forgot to breathe would go on for ever. */
const TOKENS_MAX = 2400;

/** Writes phrase after phrase until they take `beats`. */
export async function writePhrases(
  run: Run,
  { mood }: Plan,
  beats: number,
  random: Random,
  onPhrase: (written: number) => Promise<void>,
): Promise<Event[][]> {
  const session = await run.timed(() => run.sessions.open('phrase'));
  const wishes = floats(
    Float32Array.from(WISHES, (wish) => clamp(mood[wish] + random.normal() * 0.2)),
    [1, WISHES.length],
  );
  const tokens: number[] = [];
  let phrases: Event[][] = [];
  while (tokens.length < TOKENS_MAX) {
    await run.timed(async () => {
      do {
        const moment = integers(describePhraseMoment(tokens), [1, PHRASE_MOMENT]);
        const { scores } = await session.run({ moment, wishes });
        const question = nextQuestion(tokens);
        const long = sincePause(tokens) >= NOTES_OF_A_PHRASE_MAX;
        const allowed = (token: number) =>
          questionOf(token) === question &&
          (question !== 'degree' || (token === BREATH ? sincePause(tokens) > 1 : !long));
        tokens.push(
          choose(scores!.data as Float32Array, random, {
            temperature: TEMPERATURE,
            kept: KEPT_CHANCE,
            factor: (token) => (allowed(token) ? 1 : 0),
          }),
        );
      } while (!(tokens.at(-2) === BREATH && nextQuestion(tokens) === 'degree'));
    });
    phrases = readPhrases(tokens);
    const written = phrases.flat().reduce((sum, { length }) => sum + length, 0);
    await onPhrase(Math.min(1, written / beats));
    if (written >= beats) break;
  }
  return phrases;
}

/** notes since the last breath */
function sincePause(tokens: readonly number[]): number {
  const breath = tokens.lastIndexOf(BREATH);
  return tokens.slice(breath + 1).filter((token) => questionOf(token) === 'degree').length;
}
