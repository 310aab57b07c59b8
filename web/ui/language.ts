/** Which language the pages are in: told in the contract, for its words follow it too. */
export { DIRECTION, formOf, isOne, LANGUAGE, number } from '../../api/language.ts';
