import * as moderation from '../modules/moderation/index.ts';
import { refuse } from '../refuse.ts';

/** What others will read is judged by the rules for prompts. Nothing of it is kept where it is refused. */
export function judgeWords(text: string): void {
  const verdict = moderation.judgePrompt(text);
  if (verdict.allowed) return;
  const { reason } = verdict;
  refuse('WORDS_REFUSED', { reason, why: moderation.REASONS[reason] });
}
