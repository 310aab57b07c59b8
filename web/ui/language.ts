/** The language of the pages, which dates, numbers and plurals follow; and the way it is written. */
export const LANGUAGE = 'en';
export const DIRECTION: 'ltr' | 'rtl' = 'ltr';

const plurals = new Intl.PluralRules(LANGUAGE);
export const isOne = (amount: number) => plurals.select(amount) === 'one';

const numbers = new Intl.NumberFormat(LANGUAGE);
/** 12345 -> "12,345" */
export const number = (amount: number) => numbers.format(amount);
