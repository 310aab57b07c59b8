import { expect, test } from 'vitest';
import { atField, inWords } from './issue-words.ts';

const OTHER_CHARACTERS = inWords('Invalid string: must match pattern /^[a-z]+$/');

test('an empty field that fits no pattern is said to be missing, not to be written wrongly', () => {
  const NEEDED = inWords('Invalid input: expected string, received undefined');
  expect(NEEDED).toBe('This is needed.');
  expect(atField(OTHER_CHARACTERS, ' ')).toBe(NEEDED);
  expect(atField(OTHER_CHARACTERS, 'Ünwise')).toBe(OTHER_CHARACTERS);
});

test('every other finding is shown as it is, and none stays none', () => {
  expect(atField(inWords('Invalid email address'), '')).toBe('This is not an e-mail address.');
  expect(atField(null, '')).toBeNull();
  expect(atField(undefined, '')).toBeUndefined();
});
