import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareTexts } from './terms-diff.ts';

const before = '# Terms\n\n1. **Share.** You earn 70 % of each price.\n2. **Exactness.** Nothing is lost.';

test('the same text has no change', () => {
  expect(compareTexts(before, before).map(({ kind }) => kind)).toEqual(['same', 'same', 'same']);
});

test('a changed sentence shows its words, a new one and one that went stand by themselves', () => {
  const after =
    '# Terms\n\n1. **Share.** You earn 72 % of each price.\n2. **Exactness.** Nothing is lost.\n3. **New.** Hello.';
  const changes = compareTexts(before, after);
  expect(changes.map(({ kind }) => kind)).toEqual(['same', 'changed', 'same', 'added']);
  expect(changes[1]?.words).toEqual([
    { kind: 'same', text: '1. **Share.** You earn ' },
    { kind: 'removed', text: '70 ' },
    { kind: 'added', text: '72 ' },
    { kind: 'same', text: '% of each price.' },
  ]);
  expect(compareTexts(after, before).map(({ kind }) => kind)).toEqual(['same', 'changed', 'same', 'removed']);
});

test('what is kept and added is the new text, and what is kept and removed the old one', () => {
  const after = 'Something else.\n\n2. **Exactness.** Nothing is ever lost, and nothing is found.';
  const words = compareTexts(before, after).flatMap((paragraph) => paragraph.words);
  const text = (but: string) =>
    words
      .filter(({ kind }) => kind !== but)
      .map((word) => word.text)
      .join('')
      .replace(/\s/g, '');
  expect(text('removed')).toBe(after.replace(/\s/g, ''));
  expect(text('added')).toBe(before.replace(/\s/g, ''));
});

const textOf = (before: string, after: string, but: 'added' | 'removed') =>
  compareTexts(before, after)
    .map(({ words }) => words.filter(({ kind }) => kind !== but).map(({ text }) => text))
    .filter((words) => words.length > 0)
    .map((words) => words.join(''))
    .join('\n\n');

test('with its difference any text becomes any other, and back', () => {
  const paragraph = fc.array(fc.constantFrom('a', 'b', 'cc'), { minLength: 1, maxLength: 5 });
  const text = fc
    .array(paragraph, { maxLength: 12 })
    .map((paragraphs) => paragraphs.map((words) => words.join(' ')).join('\n\n'));
  fc.assert(
    fc.property(text, text, (was, is) => {
      expect(textOf(was, is, 'removed')).toBe(is);
      expect(textOf(was, is, 'added')).toBe(was);
    }),
  );
});

test('what differs in too many places went and came as a whole, between what stayed', () => {
  const many = (what: string) => Array.from({ length: 20_000 }, (_, n) => `${what} ${n}`).join('\n\n');
  const [was, is] = [`First.\n\n${many('was')}\n\nLast.`, `First.\n\n${many('is')}\n\nLast.`];
  const changes = compareTexts(was, is);
  expect(changes.map(({ kind }) => kind)).toEqual(['same', 'changed', 'same']);
  expect(changes[1]?.words).toEqual([
    { kind: 'removed', text: many('was') },
    { kind: 'added', text: many('is') },
  ]);
});
