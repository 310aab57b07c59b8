import type { Random } from '../../../../../../models/contract/random.ts';

/** One of the tokens by their scores: the likely ones that together hold `kept` of the chance. */
export function choose(
  scores: ArrayLike<number>,
  random: Random,
  {
    temperature,
    kept,
    factor = () => 1,
  }: { temperature: number; kept: number; factor?: (token: number) => number },
): number {
  const list = Array.from(scores);
  const top = Math.max(...list);
  const chances = list.map((score, token) => Math.exp((score - top) / temperature) * factor(token));
  const ranked = [...chances.keys()].sort((a, b) => chances[b]! - chances[a]!);
  const whole = chances.reduce((sum, chance) => sum + chance, 0);
  const likely: number[] = [];
  let share = 0;
  for (const token of ranked) {
    likely.push(token);
    share += chances[token]!;
    if (share > kept * whole) break;
  }
  let dice = random.uniform() * share;
  return likely.find((token) => (dice -= chances[token]!) <= 0) ?? likely[0]!;
}
