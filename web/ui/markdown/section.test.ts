import { expect, test } from 'vitest';
import { parseMarkdown } from './parse.ts';
import { sectionOf } from './section.ts';

const CARD = '# Drift\n\nSilk.\n\n## What *steers* it\n\n- red\n\n### Finer\n\nMore.\n\n## Limits\n\nNone.';

test('a section of a card runs to the next heading of its level', () => {
  const section = sectionOf(parseMarkdown(CARD), 'What steers it');
  expect(section.map(({ type }) => type)).toEqual(['list', 'heading', 'paragraph']);
  expect(sectionOf(parseMarkdown(CARD), 'Limits')).toEqual([
    { type: 'paragraph', content: [{ type: 'text', text: 'None.' }] },
  ]);
});

test('a card without the section has nothing to say there', () => {
  expect(sectionOf(parseMarkdown('# Drift\n\nSilk.'), 'What steers it')).toEqual([]);
});
