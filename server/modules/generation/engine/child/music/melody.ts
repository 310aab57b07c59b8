import {
  describeMoment,
  MOMENT,
  startsNote,
  STEPS_PER_BAR,
  TOKENS,
  WISHES,
} from '../../../../../../models/contract/melody.ts';
import type { Random } from '../../../../../../models/contract/random.ts';
import type { Run } from '../run.ts';
import { floats, integers } from '../sessions.ts';
import type { Plan } from './plan.ts';

const TEMPERATURE = 0.95;
const KEPT_CHANCE = 0.92;
/** What is left of a note's chance for each time it has just sounded. */
const REPEAT_FACTOR = 0.45;

/** Samples one token per sixteenth, autoregressively. Returns bars * STEPS_PER_BAR tokens. */
export async function writeMelody(
  run: Run,
  plan: Plan,
  random: Random,
  onBar: (bars: number, tokens: number[]) => Promise<void>,
): Promise<number[]> {
  const session = await run.timed(() => run.sessions.open('melody'));
  const wishes = floats(
    Float32Array.from(WISHES, (wish) => Math.max(-1, Math.min(1, plan.mood[wish] + random.normal() * 0.15))),
    [1, WISHES.length],
  );
  const tokens: number[] = [];
  for (let bar = 0; bar < plan.bars; bar++) {
    await run.timed(async () => {
      for (let i = 0; i < STEPS_PER_BAR; i++) {
        const moment = integers(describeMoment(tokens, tokens.length, plan.chords), [1, MOMENT]);
        const { scores } = await session.run({ moment, wishes });
        tokens.push(choose(scores!.data as Float32Array, tokens, random));
      }
    });
    await onBar(bar + 1, tokens);
  }
  return tokens;
}

/** Top-p sampling that grows tired of one note. */
function choose(scores: Float32Array, tokens: number[], random: Random): number {
  const top = Math.max(...scores);
  const { note, times } = repeated(tokens);
  const chances = Array.from(
    scores,
    (score, token) => Math.exp((score - top) / TEMPERATURE) * (token === note ? REPEAT_FACTOR ** times : 1),
  );
  const ranked = [...Array(TOKENS).keys()].sort((a, b) => chances[b]! - chances[a]!);
  const whole = chances.reduce((sum, chance) => sum + chance, 0);
  const kept: number[] = [];
  let keptChance = 0;
  for (const token of ranked) {
    kept.push(token);
    keptChance += chances[token]!;
    if (keptChance > KEPT_CHANCE * whole) break;
  }
  let dice = random.uniform() * keptChance;
  return kept.find((token) => (dice -= chances[token]!) <= 0) ?? kept[0]!;
}

function repeated(tokens: number[]): { note: number; times: number } {
  const notes = tokens.slice(-40).filter(startsNote).reverse();
  const different = notes.findIndex((token) => token !== notes[0]);
  return { note: notes[0] ?? -1, times: different < 0 ? notes.length : different };
}
