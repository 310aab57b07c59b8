const NEEDED = 'This is needed.';
const OTHER_CHARACTERS = 'Only the characters named below, please.';

/** Validators speak to programmers; these are the same findings in the words of a form. */
const phrases: [pattern: RegExp, words: string][] = [
  [/^Invalid input: expected \w+, received (undefined|null|NaN)/, NEEDED],
  [/^Too small: expected string to have >=1 characters?/, NEEDED],
  [/^Too small: expected string to have >=(\d+) characters/, 'At least $1 characters.'],
  [/^Too big: expected string to have <=(\d+) characters/, 'At most $1 characters.'],
  [/^Too small: expected \w+ to be >=(-?[\d.]+).*/, 'At least $1.'],
  [/^Too big: expected \w+ to be <=(-?[\d.]+).*/, 'At most $1.'],
  [/^Invalid option: .*/, 'Choose one.'],
  [/^Invalid input$/, NEEDED],
  [/^Invalid URL/, 'This is not an address: https://…'],
  [/^Too small: expected array.*/, 'Choose at least one.'],
  [/^Invalid UUID/, 'This is not an id. An id has 36 characters.'],
  [/^is not an id: .*/, 'This is not an id. An id has 36 characters.'],
  [/^Invalid email address/, 'This is not an e-mail address.'],
  [/^Invalid string: must match pattern.*/, OTHER_CHARACTERS],
  [/^must be >= (-?[\d.]+)/, 'At least $1.'],
  [/^must be <= (-?[\d.]+)/, 'At most $1.'],
  [/^must NOT have fewer than (\d+) characters/, 'At least $1 characters.'],
  [/^must NOT have more than (\d+) characters/, 'At most $1 characters.'],
  [/^must be multiple of (\d+)/, 'In steps of $1.'],
];

export function inWords(message: string): string {
  const found = phrases.find(([pattern]) => pattern.test(message));
  return found ? message.replace(found[0], found[1]) : message;
}

/** A pattern fits no empty field either; there it says that something is missing. */
export const atField = (error: string | null | undefined, value: string): string | null | undefined =>
  error === OTHER_CHARACTERS && value.trim() === '' ? NEEDED : error;
