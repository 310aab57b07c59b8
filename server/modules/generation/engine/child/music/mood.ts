import { MOOD, type Mood } from '../../../../../../models/contract/mood.ts';
import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../../models/contract/prompt.ts';
import type { Run } from '../run.ts';
import { floats } from '../sessions.ts';

/** What the release's reader hears in the prompt. */
export async function readMood(run: Run): Promise<Mood> {
  const session = await run.timed(() => run.sessions.open('reader'));
  const { mood } = await run.timed(() => session.run(promptTensors(run)));
  const values = mood!.data as Float32Array;
  return Object.fromEntries(MOOD.map((name, i) => [name, values[i]!])) as Mood;
}

export function promptTensors(run: Run) {
  const { tokens, mask } = promptFeatures(run.text('prompt'));
  return {
    tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
    token_mask: floats(mask, [PROMPT_WORDS_MAX]),
  };
}

export function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
