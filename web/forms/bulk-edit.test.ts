import { expect, test } from 'vitest';
import type { OwnModel } from '#web/api-types.ts';
import { changesFor } from './bulk-edit.ts';

const model = (slug: string, tags: string[]): OwnModel => ({
  ...{ slug, tags, title: 'Sea $& sky', modality: 'image', summary: 'Sea.', description: 'The sea.' },
  ...{ visibility: 'listed', version: 2, state: 'in_use', why: null, release: null, generations: 0 },
  ...{ published_at: '2026-11-23T00:00:00.000Z', last_edit: null },
});
const NOTHING = { add: [], remove: [], visibility: '' as const, find: '', replace: '' };

test('what is not asked for is not named', () => {
  expect(changesFor([model('a', ['sea'])], NOTHING)).toEqual([{ slug: 'a', version: 2 }]);
  expect(changesFor([model('a', [])], { ...NOTHING, visibility: 'unlisted' })).toEqual([
    { slug: 'a', version: 2, visibility: 'unlisted' },
  ]);
});

test('tags are added and taken away, whatever the others of each model are', () => {
  const wish = { ...NOTHING, add: ['Blue'], remove: ['#Open  Sea'] };
  expect(changesFor([model('a', ['open-sea', 'sky']), model('b', [])], wish).map(({ tags }) => tags)).toEqual(
    [['sky', 'Blue'], ['Blue']],
  );
});

test('words are replaced everywhere as they are written, and no sign means anything else', () => {
  expect(changesFor([model('a', [])], { ...NOTHING, find: '$&', replace: '$1' })).toEqual([
    { slug: 'a', version: 2, title: 'Sea $1 sky', summary: 'Sea.', description: 'The sea.' },
  ]);
});
