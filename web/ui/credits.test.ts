import { expect, test } from 'vitest';
import { roundedDown, roundedUp } from './credits.ts';

test.each([
  ['99125000', '99.12'],
  ['99129999', '99.12'],
  ['99120000', '99.12'],
  ['9999', '0'],
  ['0', '0'],
  ['12345678901234567', '12,345,678,901.23'],
  ['-1', '−0.01'],
  ['-1250000', '−1.25'],
])('what one has is never shown as more: %s is %s', (micros, shown) => {
  expect(roundedDown(micros)).toBe(shown);
  expect(roundedDown(BigInt(micros))).toBe(shown);
});

test.each([
  ['1000001', '1.01'],
  ['1000000', '1'],
  ['1009999', '1.01'],
  ['1010000', '1.01'],
  ['1', '0.01'],
  ['0', '0'],
])('what one pays is never shown as less: %s is %s', (micros, shown) => {
  expect(roundedUp(micros)).toBe(shown);
});
