import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tagOf, tagsOf } from './tags.ts';

test('one tag has one spelling, however it was typed', () => {
  for (const typed of ['Film Noir', '#film-noir', '  FILM   noir ', 'film_noir', 'ｆｉｌｍ－noir'])
    expect(tagsOf([typed])).toEqual({ tags: ['film-noir'] });
  expect(tagsOf(['Café', 'Cafe\u0301', '水彩', 'हिन्दी'])).toEqual({ tags: ['café', '水彩', 'हिन्दी'] });
});

test('what is no tag is refused in words, and nothing is cut off in silence', () => {
  expect(tagsOf(['a'])).toEqual({ why: '“a” is not a tag: 2 to 30 letters, digits and hyphens' });
  expect(tagsOf(['x'.repeat(31)])).toMatchObject({ why: expect.stringContaining('is not a tag') });
  expect(tagsOf(['<b>'])).toMatchObject({ why: expect.stringContaining('“<b>” is not a tag') });
  expect(tagsOf(['-', '', ' # '])).toEqual({ tags: [] });
  const eleven = Array.from({ length: 11 }, (_, at) => `tag-${at}`);
  expect(tagsOf(eleven)).toEqual({ why: 'there may be 10 at most, and here are 11' });
  expect(tagsOf([...eleven.slice(1), 'TAG 1'])).toEqual({ tags: eleven.slice(1) });
});

test('a tag as it is kept is kept the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (typed) => {
      expect(tagOf(tagOf(typed))).toBe(tagOf(typed));
      const read = tagsOf([typed]);
      if ('tags' in read) expect(tagsOf(read.tags)).toEqual(read);
    }),
  );
});
