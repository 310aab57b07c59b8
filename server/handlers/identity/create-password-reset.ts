import { setTimeout as pass } from 'node:timers/promises';
import { askForReset } from '../../flows/ask-for-reset.ts';
import { os } from '../base.ts';

/** Longer than writing the mail takes, so that the time does not tell whether one was written. */
const ANSWER_MS = 250;

export const createPasswordReset = os.identity.createPasswordReset.handler(
  async ({ input, context: { context } }) => {
    await Promise.all([askForReset(context, input.email), pass(ANSWER_MS)]);
    return { sent: true };
  },
);
