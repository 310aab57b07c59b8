import {
  describeMoment,
  MOMENT,
  startsNote,
  STEPS_PER_BAR,
  WISHES,
} from '../../../../../../models/contract/melody.ts';
import type { Mood } from '../../../../../../models/contract/mood.ts';
import type { Random } from '../../../../../../models/contract/random.ts';
import type { Run } from '../run.ts';
import { floats, integers } from '../sessions.ts';
import { choose } from './choosing.ts';
import { clamp } from './mood.ts';

export type Writing = {
  /** role of the network */
  role: string;
  mood: Mood;
  /** degree of the chord's root per bar */
  chords: readonly number[];
  bars: number;
  /** what has been written before, which it goes on from */
  tokens?: readonly number[];
  temperature: number;
  /** what is left of a note's chance for each time it has just sounded */
  tiring: number;
};

const KEPT_CHANCE = 0.92;

/** Samples one token per sixteenth, autoregressively, up to bars * STEPS_PER_BAR tokens. */
export async function writeMelody(
  run: Run,
  { role, mood, chords, bars, tokens: before = [], temperature, tiring }: Writing,
  random: Random,
  onBar: (bars: number, tokens: number[]) => Promise<void>,
): Promise<number[]> {
  const session = await run.timed(() => run.sessions.open(role));
  const wishes = floats(
    Float32Array.from(WISHES, (wish) => clamp(mood[wish] + random.normal() * 0.15)),
    [1, WISHES.length],
  );
  const tokens = [...before];
  for (let bar = tokens.length / STEPS_PER_BAR; bar < bars; bar++) {
    await run.timed(async () => {
      for (let i = 0; i < STEPS_PER_BAR; i++) {
        const moment = integers(describeMoment(tokens, tokens.length, chords), [1, MOMENT]);
        const { scores } = await session.run({ moment, wishes });
        const { note, times } = repeated(tokens);
        const factor = (token: number) => (token === note ? tiring ** times : 1);
        tokens.push(choose(scores!.data as Float32Array, random, { temperature, kept: KEPT_CHANCE, factor }));
      }
    });
    await onBar(bar + 1, tokens);
  }
  return tokens;
}

function repeated(tokens: number[]): { note: number; times: number } {
  const notes = tokens.slice(-40).filter(startsNote).reverse();
  const different = notes.findIndex((token) => token !== notes[0]);
  return { note: notes[0] ?? -1, times: different < 0 ? notes.length : different };
}
