import { expect, test } from 'vitest';
import { shares } from './entry-shares.ts';

test('parts of a prize are whole millionths, and the rest is one’s own', () => {
  const parts = [
    { handle: '@mira', percent: '33.3333' },
    { handle: 'petri', percent: '25 %' },
  ];
  expect(shares(parts)).toEqual({
    shares: [
      { handle: 'mira', share_ppm: 333_333 },
      { handle: 'petri', share_ppm: 250_000 },
    ],
    mine: '41.6667',
    trouble: null,
  });
  expect(shares([])).toEqual({ shares: [], mine: '100', trouble: null });
});

test.each([
  ['nobody', [{ handle: ' ', percent: '10' }], /handle/],
  [
    'somebody twice',
    [
      { handle: 'a', percent: '10' },
      { handle: '@a', percent: '20' },
    ],
    /once/,
  ],
  ['a part of nothing', [{ handle: 'a', percent: '0' }], /above nothing/],
  ['no number', [{ handle: 'a', percent: 'half' }], /above nothing/],
  [
    'all of it',
    [
      { handle: 'a', percent: '60' },
      { handle: 'b', percent: '40' },
    ],
    /yourself/,
  ],
])('and not with %s', (_, others, trouble) => {
  expect(shares(others).trouble).toMatch(trouble);
  expect(shares(others).shares).toEqual([]);
});
