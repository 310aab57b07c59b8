import { describe, expect, test } from 'vitest';
import { narrowings, queryOf, wishOf } from './wish.ts';

const of = (query: string) => wishOf(new URLSearchParams(query));

describe('what the address of the explore page says', () => {
  test('is what is asked for', () => {
    expect(queryOf(of('search=fog+&tag=noir&price=2&ready=warm&days=7&order=newest&modality=video'))).toEqual(
      {
        show: 'models',
        query: {
          ...{ search: 'fog ', tag: 'noir', price_max_micros: '2000000', ready: 'warm', new_days: 7 },
          ...{ order: 'newest', modality: 'video', limit: 60 },
        },
      },
    );
    expect(queryOf(of('show=music&modality=video&order=price'))).toEqual({
      show: 'made',
      creations: { modality: 'music', limit: 60 },
      samples: { modality: 'music', limit: 20 },
    });
    // works of a round, and nothing beside them
    expect(queryOf(of('show=images&round=may'))).toEqual({
      show: 'made',
      creations: { modality: 'image', round: 'may', limit: 60 },
      samples: null,
    });
    expect(queryOf(of('show=videos&won=true'))).toMatchObject({
      creations: { modality: 'video', won: 'true' },
      samples: null,
    });
    expect(queryOf(of('show=boards&search=night &tag=noir'))).toEqual({
      show: 'boards',
      query: { search: 'night', limit: 60 },
    });
  });

  test('and what nothing can mean is left out', () => {
    const wish = of('show=cats&modality=smell&price=-1&ready=hot&days=x&order=rand&search=%20');
    expect(queryOf(wish)).toEqual({ show: 'models', query: { limit: 60 } });
    expect(narrowings(wish, String, String)).toEqual([]);
    expect(of('round=../x').round).toBeUndefined();
    expect(of('order=fitting').order).toBeUndefined();
  });

  test('every narrowing can be taken off by its name', () => {
    const wish = of('show=images&tag=noir&licence=MIT&price=1&ready=cold&days=30&round=may&won=true');
    expect(
      narrowings(
        wish,
        (id) => `${id} licence`,
        () => 'May light',
      ),
    ).toEqual([
      { name: 'tag', label: '#noir' },
      { name: 'licence', label: 'MIT licence' },
      { name: 'price', label: 'up to 1 credit' },
      { name: 'ready', label: 'cold' },
      { name: 'days', label: 'new within 30 days' },
      { name: 'round', label: 'May light' },
      { name: 'won', label: 'winners' },
    ]);
  });
});
