import { expect, test } from 'vitest';
import { version } from 'uuid';
import { type GenerationId, idOf, newId, type TransactionId } from './ids.ts';

test('ids lie in the order in which they were made, also those of one millisecond', () => {
  const moments = [1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001];
  for (let round = 0; round < 100; round += 1) {
    const ids = moments.map((ms) => newId<GenerationId>(new Date(ms + round)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('the same words make the same id, other words another one, however they are cut', () => {
  const made = idOf<TransactionId>('maturity', 'ada', '2026-11-22');
  // for ever: ids that were posted must be found again
  expect(made).toBe('a800315b-3160-8789-9b0d-b97b483a6d7f');
  expect(version(made)).toBe(8);
  expect(idOf('maturity', 'ada', '2026-11-23')).not.toBe(made);
  expect(idOf('maturity', 'ad', 'a2026-11-22')).not.toBe(made);
});
