import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leftInWords, timeLeft } from './time-left.ts';

const at = Date.parse('2026-12-22T00:00:00Z');

test('what is left adds up to the second that has begun, and ends exactly at the instant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 * 86_400_000 }), (before_ms) => {
      const { days, hours, minutes, seconds, isOver } = timeLeft(at, at - before_ms);
      expect(days * 86_400 + hours * 3_600 + minutes * 60 + seconds).toBe(Math.ceil(before_ms / 1000));
      expect(isOver).toBe(before_ms === 0);
    }),
  );
  expect(timeLeft(at, at + 1).isOver).toBe(true);
});

test('is said as exactly as one plans by it', () => {
  expect(leftInWords(timeLeft(at, at - 90_061_000))).toBe('1 day, 1 hour');
  expect(leftInWords(timeLeft(at, at - 61_000))).toBe('1 minute, 1 second');
  expect(leftInWords(timeLeft(at, at))).toBe('0 seconds');
});
