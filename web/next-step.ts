import { pageSteps } from './page-step.ts';

/** What one can do about a refusal, by its name. */
const nextSteps: Record<string, string> = {
  ...pageSteps,
  NOT_SIGNED_IN: 'Sign in and come back to this page.',
  OUTCOME_UNKNOWN: 'Press again: the same act is never done twice.',
  INVALID_INPUT: 'Correct the marked fields.',
  INSUFFICIENT_CREDITS: 'Buy credits in your wallet, or choose a smaller size.',
  PROMPT_REFUSED: 'Say it in other words. Nothing was held or charged, and what you wrote was not kept.',
  PROMPTS_REFUSED_TOO_OFTEN: 'Wait for the hour to pass. What the rules allow can be made meanwhile.',
  MODERATION_AWAY: 'Press again in a moment. Nothing was held or charged.',
  NOT_PRICED: 'Try again later. If it stays, the clock of the server may be behind.',
  QUOTE_EXPIRED: 'The price is being asked for again.',
  RECEIPT_NOT_CLOSED_YET: 'Try again in a few seconds.',
  STATE_CHANGED: 'Reload the page: somebody else did something meanwhile.',
  NOT_NOW: 'Reload the page to see what can be done now.',
  QUORUM_MISSING: 'Ask another reviewer, and decide when their review is in.',
  CONFLICT_OF_INTEREST: 'Leave it to somebody else.',
  SECOND_SIGNER_NEEDED: 'Propose it to a second chair, or decide as the panel recommends.',
  NOT_SETTLED: 'Only a generation that succeeded is charged, and only a charge has a receipt.',
};

export const nextStep = (code: string) => nextSteps[code] ?? null;
