import { expect, test } from 'vitest';
import { textParts } from './text-parts.ts';

const links = (text: string) =>
  textParts(text).flatMap(({ text: shown, href }) => (href === null ? [] : [[shown, href]]));

test('addresses and handles become links, and every other word stays as it was written', () => {
  const text = 'See https://example.org/a?b=1, @ada and me@example.org <b>bold</b>';
  expect(links(text)).toEqual([
    ['https://example.org/a?b=1', 'https://example.org/a?b=1'],
    ['@ada', '/creators/ada'],
  ]);
  expect(
    textParts(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

test('nothing but the web is linked, and no address that dresses up as another', () => {
  expect(links('javascript:alert(1) data:text/html,x https://bank.example@evil.example/ http://')).toEqual(
    [],
  );
  expect(links('(https://example.org/x).')).toEqual([['https://example.org/x', 'https://example.org/x']]);
  expect(links('@ada@example.org @-x @a')).toEqual([['@ada', '/creators/ada']]);
});

test('long texts are read in a moment', () => {
  const text = '@'.repeat(2000) + 'https://'.repeat(250);
  expect(
    textParts(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});
