import { expect, test } from 'vitest';
import { parseMarkdown } from './parse.ts';

test('a card is read into the elements that a card may have', () => {
  expect(
    parseMarkdown('# Drift\n\nMakes **silk**.\n\n## Words\n\n- `red`\n- [more](https://example.org)'),
  ).toEqual([
    {
      type: 'paragraph',
      content: [
        { type: 'text', text: 'Makes ' },
        { type: 'strong', content: [{ type: 'text', text: 'silk' }] },
        { type: 'text', text: '.' },
      ],
    },
    { type: 'heading', level: 2, content: [{ type: 'text', text: 'Words' }] },
    {
      type: 'list',
      ordered: false,
      items: [
        [{ type: 'paragraph', content: [{ type: 'code', text: 'red' }] }],
        [
          {
            type: 'paragraph',
            content: [
              { type: 'link', href: 'https://example.org', content: [{ type: 'text', text: 'more' }] },
            ],
          },
        ],
      ],
    },
  ]);
});

test.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '![x](javascript:alert(1))'])(
  '%s is nothing',
  (hostile) => {
    expect(JSON.stringify(parseMarkdown(hostile))).not.toMatch(/script|onerror/);
  },
);

test.each(['javascript:alert(1)', 'data:text/html,x', '//example.org', 'http://example.org'])(
  'a link to %s is its words',
  (href) => {
    expect(parseMarkdown(`[here](${href})`)).toEqual([
      { type: 'paragraph', content: [{ type: 'text', text: 'here' }] },
    ]);
  },
);
