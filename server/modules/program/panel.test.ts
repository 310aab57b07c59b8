import { describe, expect, test } from 'vitest';
import type { Recommendation } from '#api/program/review-shapes.ts';
import { contradicts, standOf } from './panel.ts';

const review = (recommendation: Recommendation, quality = 3) => ({
  recommendation,
  scores: { creativity: 3, utility: 3, impact: 3, quality, safety: 5 },
});

describe('reviewers disagree', () => {
  test('three apart on one criterion, not two', () => {
    expect(standOf([review('accept', 2), review('accept', 5)], 3).disagrees).toBe(true);
    expect(standOf([review('accept', 3), review('accept', 5)], 3).disagrees).toBe(false);
  });
  test('one accepts and one rejects; a waitlist opposes nobody', () => {
    expect(standOf([review('accept'), review('reject')], 3)).toMatchObject({
      opposed: true,
      disagrees: true,
    });
    expect(standOf([review('accept'), review('waitlist')], 3).disagrees).toBe(false);
  });
  test('nobody disagrees where nobody has spoken', () => {
    expect(standOf([], 3)).toEqual({
      counted: 0,
      needed: 3,
      median: null,
      criteria: [],
      opposed: false,
      disagrees: false,
    });
  });
});

describe('a decision contradicts the panel', () => {
  test('when it is not the middle recommendation', () => {
    const panel = [review('accept'), review('accept'), review('reject')];
    expect(contradicts('accept', panel)).toBe(false);
    expect(contradicts('waitlist', panel)).toBe(true);
    expect(contradicts('reject', panel)).toBe(true);
  });
  test('of an even number anything between the two in the middle is fine', () => {
    const panel = [review('accept'), review('reject')];
    for (const outcome of ['accept', 'waitlist', 'reject'] as const)
      expect(contradicts(outcome, panel)).toBe(false);
    expect(contradicts('accept', [review('reject'), review('waitlist')])).toBe(true);
  });
});
