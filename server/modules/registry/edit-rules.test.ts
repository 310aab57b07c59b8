import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asId, type ModelId } from '../../ids.ts';
import { draftOf, draftOfUndo, type Editable } from './edit-rules.ts';
import { changesIn, tableOf } from './edit-table.ts';

const model = (slug: string, change: Partial<Editable> = {}): Editable => ({
  id: asId<ModelId>(`id of ${slug}`),
  slug,
  title: slug,
  summary: 'Waves.',
  description: '# Waves\nMany.',
  tags: ['sea'],
  visibility: 'listed',
  version: 3,
  ...change,
});
const known = (...models: Editable[]) => new Map(models.map((one) => [one.slug, one]));
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a draft of edits', () => {
  test('names each field that changes, and none that stays as it is', () => {
    const { edits, refusals } = draftOf(
      [
        {
          slug: 'a',
          version: 3,
          title: ' New ',
          summary: 'Waves.',
          tags: ['Sea', 'Blue Sky'],
          visibility: 'unlisted',
        },
      ],
      known(model('a')),
    );
    expect(refusals).toEqual([]);
    expect(edits.map(({ field, old_value, new_value }) => [field, old_value, new_value])).toEqual([
      ['title', 'a', 'New'],
      ['tags', ['sea'], ['sea', 'blue-sky']],
      ['visibility', 'listed', 'unlisted'],
    ]);
  });

  test('says of every row and field why it cannot be', () => {
    const { edits, refusals } = draftOf(
      [
        { slug: 'a', version: 3, title: '', summary: 'two\nlines', tags: ['?'], visibility: 'hidden' },
        { slug: 'none', version: 1, title: 'New' },
        { slug: 'b', version: 2, title: 'New' },
        { slug: 'b', version: 3, title: 'New' },
        { slug: 'c', version: 3, title: 'x'.repeat(61) },
      ],
      known(model('a'), model('b'), model('c')),
    );
    expect(edits).toEqual([]);
    expect(refusals.map(({ row, slug, field, code, message }) => [row, slug, field, code, message])).toEqual([
      [1, 'a', 'title', 'INVALID', 'Must not be empty.'],
      [1, 'a', 'summary', 'INVALID', 'Must be one line.'],
      [1, 'a', 'tags', 'INVALID', '“?” is not a tag: 2 to 30 letters, digits and hyphens.'],
      [1, 'a', 'visibility', 'INVALID', 'Must be listed or unlisted.'],
      [2, 'none', null, 'NOT_FOUND', 'There is no such model of yours.'],
      [
        3,
        'b',
        null,
        'CHANGED_MEANWHILE',
        expect.stringContaining('you saw version 2, and now it is version 3'),
      ],
      [4, 'b', null, 'NAMED_TWICE', 'Row 3 names this model as well.'],
      [5, 'c', 'title', 'INVALID', 'Must have 60 characters at most.'],
    ]);
  });

  test('minds the version only where something would change', () => {
    const { edits, refusals } = draftOf([{ slug: 'a', version: 1, title: 'a' }], known(model('a')));
    expect([edits, refusals]).toEqual([[], []]);
  });

  test('of an undo puts every field back, but where it was edited again or is gone', () => {
    const { edits, refusals } = draftOf(
      [
        { slug: 'a', version: 3, title: 'New', tags: [] },
        { slug: 'b', version: 3, title: 'Newer' },
      ],
      known(model('a'), model('b')),
    );
    expect(refusals).toEqual([]);
    const lines = edits.map(({ model: { slug }, ...edit }) => ({
      ...edit,
      slug,
      edited_later: edit.field === 'tags',
    }));
    const undo = draftOfUndo(lines, known(model('a', { title: 'New', tags: ['other'] })));
    expect(undo.edits).toMatchObject([{ field: 'title', old_value: 'New', new_value: 'a' }]);
    expect(undo.refusals.map(({ row, field, code }) => [row, field, code])).toEqual([
      [1, 'tags', 'EDITED_LATER'],
      [2, 'title', 'NOT_FOUND'],
    ]);
  });
});

describe('a table of models', () => {
  test('that is sent back as it was changes nothing, whatever the texts hold', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 });
    const any = fc.record({
      title: text,
      summary: text,
      description: text,
      tags: fc.constantFrom<string[]>([], ['sea'], ['a-b', 'c1']),
    });
    fc.assert(
      fc.property(any, (change) => {
        const one = model('a', change);
        const read = changesIn(bytes(tableOf([one])));
        expect(read).toMatchObject({ changes: [{ slug: 'a', version: 3 }] });
        if ('changes' in read) expect(draftOf(read.changes, known(one))).toEqual({ edits: [], refusals: [] });
      }),
    );
  });

  test('may leave columns out, and says in words what it has wrong', () => {
    expect(changesIn(bytes('slug;version;tags\na;3;Sea, Sky'))).toEqual({
      changes: [{ slug: 'a', version: 3, tags: ['Sea', 'Sky'] }],
    });
    const wrong = (text: string) => {
      const read = changesIn(bytes(text));
      return 'issues' in read ? read.issues.map(({ path, message }) => `${path}: ${message}`) : [];
    };
    expect(wrong('')).toEqual(['header: has no column slug', 'header: has no column version']);
    expect(wrong('slug,version\na,1')).toEqual(['header: has no column with anything to change']);
    expect(wrong('slug,version,titel\na,1,b')[0]).toMatch(
      'header: has a column “titel”; there are slug, version',
    );
    expect(wrong('slug,version,title,title\na,1,b,c')).toEqual(['header: has the column title twice']);
    expect(wrong('slug,version,title')).toEqual(['file: has no rows below its header']);
    expect(wrong('slug,version,title\na,1\nb,x,y')).toEqual([
      'row 2: has 2 cells, and the header has 3',
      'row 3, version: is not a version: take it as the export has it',
    ]);
    expect(wrong('slug,version,title\na,1,"b')).toEqual([
      'row 2: a quotation mark is opened and never closed',
    ]);
    expect(changesIn(new Uint8Array([0xff, 0xfe, 0x41]))).toEqual({
      issues: [{ path: 'file', message: 'is not text in UTF-8' }],
    });
    const many = Array.from({ length: 1_001 }, (_, at) => `m${at},1,t`).join('\n');
    expect(wrong(`slug,version,title\n${many}`)).toEqual(['row 1002: there may be 1,000 rows at most']);
  });
});
