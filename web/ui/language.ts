/**
 * The language of the pages, which dates, numbers and plurals follow; and the way it is written. These three lines are
 * others where the pages are built in another language.
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
