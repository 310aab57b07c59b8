import { expect, test } from 'vitest';
import { whatHappened } from './notification-words.ts';

const people = ['Ada', 'Ben', 'Cem'].map((display_name) => ({ handle: display_name, display_name }));

test('a notification says who did what, however many they are', () => {
  const like = (people_count: number) =>
    whatHappened({ kind: 'like', people: people.slice(0, people_count), people_count });
  expect([1, 2, 3, 9].map(like)).toEqual([
    'Ada liked',
    'Ada and Ben liked',
    'Ada, Ben and 1 other liked',
    'Ada, Ben and 7 others liked',
  ]);
  expect(whatHappened({ kind: 'follow', people: people.slice(0, 1), people_count: 1 })).toBe(
    'Ada follows you',
  );
  expect(whatHappened({ kind: 'follow', people, people_count: 3 })).toBe('Ada, Ben and 1 other follow you');
  expect(whatHappened({ kind: 'shown', people: people.slice(0, 1), people_count: 1 })).toBe(
    'Ada shows something new',
  );
  expect(whatHappened({ kind: 'shown', people, people_count: 3 })).toBe(
    'Ada, Ben and 1 other show something new',
  );
  expect(whatHappened({ kind: 'ruling', people: [], people_count: 0 })).toBe('A moderator decided about');
});
