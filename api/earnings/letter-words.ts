/** What creators are written about their statements. */
import { LANGUAGE, type Letter } from '../language.ts';

/** "2026-11" -> "November 2026" */
const monthName = (month: string) =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString(LANGUAGE, {
    ...({ month: 'long', year: 'numeric' } as const),
    timeZone: 'UTC',
  });

export const statementLetter = (page: string, month: string): Letter => ({
  subject: `Your statement of ${monthName(month)}`,
  // whoever has the letter still has to sign in
  text: `Your statement of ${monthName(month)} is sealed: what you had when the month began, everything that moved, and what you had when it ended. It is signed and does not change any more. Sign in to read it, and to download it as PDF or table:\n${page}\n\nYou can switch these letters off where you choose what you are told of.`,
  link: null,
});
