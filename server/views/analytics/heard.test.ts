import { expect, test } from 'vitest';
import { type Heard, idOfPlace, keep, placeOfId } from './heard.ts';

const heard = (xid: number, id: number): Heard => ({
  cursor: { xid: String(xid), id: BigInt(id) },
  at: new Date(0),
  generation_id: '',
  outcome: 'failed',
  settled: null,
});
const place = (xid: number, id: number) => ({ xid: String(xid), id: BigInt(id) });

test('who comes back is told all since, in order, or that it is too long ago', () => {
  const kept = keep([heard(8, 1), heard(8, 2), heard(9, 1)], place(9, 0), 3);
  expect(kept.since(place(8, 1))).toEqual([heard(8, 2), heard(9, 1)]);
  // there may have been more before the first of a full row
  expect(kept.since(place(7, 5))).toBe(null);
  for (let n = 1; n <= 4; n += 1) kept.add(heard(10, n));
  expect(kept.since(place(9, 1))).toHaveLength(4);
  expect(kept.since(place(8, 1))).toBe(null);
  expect(kept.since(place(10, 4))).toEqual([]);
  expect(kept.since(place(11, 0))).toBe(null);
  expect(kept.end()).toEqual(place(10, 4));
});

test('where there was less news than is kept, nothing is too long ago', () => {
  const kept = keep([heard(1001, 1)], place(1002, 0), 3);
  // as numbers: as texts 833 would come after 1001
  expect(kept.since(place(833, 7))).toEqual([heard(1001, 1)]);
  expect(kept.since(place(1002, 0))).toEqual([]);
});

test('the id of an event is its place, and nothing else is', () => {
  expect(placeOfId(idOfPlace(place(12, 34)))).toEqual(place(12, 34));
  for (const nonsense of [undefined, '', '12', '12-', 'a-1', '1-1-1', '-1-2'])
    expect(placeOfId(nonsense)).toBe(null);
});
