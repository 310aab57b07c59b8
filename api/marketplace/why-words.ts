/** Why something that was found stands where it stands. */
import { count, dayOf } from '../language.ts';
import { peopleWords } from './people-words.ts';
import type { Why } from './explore-shapes.ts';

type Found = NonNullable<Why['found']>;
type Ranked = Why['ranked'];

const matches: Record<Found['by'], (typed: string) => string> = {
  name_of_model: (typed) => `Its name, a tag or its creator has “${typed}”.`,
  text_of_model: (typed) => `What is said of it has “${typed}”.`,
  name_of_creation: (typed) => `Its title, a tag or its maker has “${typed}”.`,
  text_of_creation: (typed) => `Its prompt or its model has “${typed}”.`,
  prompt: () => 'Its prompt has your words.',
  near: (typed) => `It has a word close to “${typed}”.`,
};
export const matchWords = (found: Why['found']): string | null => found && matches[found.by](found.typed);

export function rankWords(ranked: Ranked): string {
  switch (ranked.by) {
    case 'payers':
      return ranked.people === 0
        ? 'Paid for in the last 7 days by fewer than 5 people; where nobody did, the newest stand first.'
        : `Paid for in the last 7 days by ${peopleWords(ranked.people)}.`;
    case 'likes':
      return ranked.people === 0
        ? 'Nobody whose like ranks liked it in the last 7 days; among such creations the newest stand first.'
        : `Liked in the last 7 days by ${count(ranked.people, 'person', 'people')} with bought credits of their own.`;
    case 'published':
      return `The newest first: published ${dayOf(ranked.day)}.`;
    case 'shown':
      return `The newest first: shown ${dayOf(ranked.day)}.`;
    case 'used':
      return `Those first for which most people paid: ${peopleWords(ranked.people)} so far.`;
    case 'price':
      return 'The cheapest first, with the settings as they come.';
  }
}
