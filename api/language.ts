/**
 * The language of words, which dates, numbers and plurals follow; and the way it is written. These three lines are
 * others where pages and letters are built in another language. The server itself speaks English.
 */
export const LANGUAGE: string = 'en';
export const DIRECTION: 'ltr' | 'rtl' = 'ltr';
const FORMS = ['one', 'other'];

const plurals = new Intl.PluralRules(LANGUAGE);
export const isOne = (amount: number) => plurals.select(amount) === 'one';
/** Which of its forms a word takes: the last where a language has none for it. */
export const formOf = (amount: number, forms: string[]) => forms.at(FORMS.indexOf(plurals.select(amount)));

const numbers = new Intl.NumberFormat(LANGUAGE);
/** 12345 -> "12,345" */
export const number = (amount: number) => numbers.format(amount);

/** "3 models". Languages with more forms than two bring them along. */
export const count = (amount: number, one: string, many = `${one}s`, ...more: string[]) =>
  `${number(amount)} ${formOf(amount, [one, many, ...more])}`;

/** "2026-12-22T…" -> "Dec 22, 2026", by UTC */
export const dayOf = (instant: string | Date) =>
  new Date(instant).toLocaleDateString(LANGUAGE, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

/** "2026-12-22T09:30…" -> "Dec 22, 2026, 9:30 AM UTC" */
export const instantOf = (instant: string | Date) =>
  new Date(instant).toLocaleString(LANGUAGE, {
    ...({ day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' } as const),
    ...({ timeZone: 'UTC', timeZoneName: 'short' } as const),
  });

/** "Ada, Ben, and Cleo" */
export const list = (names: readonly string[]) =>
  new Intl.ListFormat(LANGUAGE, { type: 'conjunction' }).format(names);

/** What somebody is written, and where the link in it leads. */
export type Letter = { subject: string; text: string; link: string | null };
