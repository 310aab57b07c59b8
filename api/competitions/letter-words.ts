/** What judges are written. */
import { dayOf, instantOf, type Letter } from '../language.ts';

export const judgeLetter = (
  link: string,
  { theme, round, until }: { theme: string; round: string; until: Date },
): Letter => ({
  subject: 'Will you judge?',
  text: `You are asked to judge “${theme}” in ${round}, until ${dayOf(until)}:\n${link}`,
  link,
});

export const lateJudgeLetter = (link: string, { round, until }: { round: string; until: Date }): Letter => ({
  subject: 'A day is left to judge',
  text: `You have not committed a ranking in ${round} yet. The panel ends at ${instantOf(until)}; without it your voice is not heard:\n${link}\n\nIf you cannot do it, step back there.`,
  link,
});
