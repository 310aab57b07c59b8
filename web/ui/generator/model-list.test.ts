import { expect, test } from 'vitest';
import type { ModelCard } from '#web/api-types.ts';
import { matching, shelves } from './model-list.ts';

const model = (slug: string, modality: string, summary = '') =>
  ({
    slug,
    title: slug,
    modality,
    summary,
    creator: { handle: 'mira', display_name: 'Mira Solberg' },
  }) as ModelCard;
const models = [
  model('drift', 'image', 'silk and light'),
  model('vitrail', 'image', 'stained glass'),
  model('chamber', 'music', 'piano'),
];
const names = (list: readonly ModelCard[]) => list.map(({ slug }) => slug);

test('every word must occur, in whatever one knows a model by', () => {
  expect(names(matching(models, '', null))).toEqual(['drift', 'vitrail', 'chamber']);
  expect(names(matching(models, 'SOLBERG glass', null))).toEqual(['vitrail']);
  expect(names(matching(models, 'music', null))).toEqual(['chamber']);
  expect(names(matching(models, '', 'image'))).toEqual(['drift', 'vitrail']);
  expect(names(matching(models, 'piano', 'image'))).toEqual([]);
});

test('favourites stand first, then what was used last, each once', () => {
  const shown = (favourites: string[], recent: string[]) =>
    shelves(models, { favourites, recent }).map(({ title, models: some }) => [title, names(some)]);
  expect(shown([], [])).toEqual([['', ['drift', 'vitrail', 'chamber']]]);
  expect(shown(['chamber'], ['chamber', 'drift', 'gone'])).toEqual([
    ['Favourites', ['chamber']],
    ['Used last', ['drift']],
    ['All others', ['vitrail']],
  ]);
});
