import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asTold, exchangeBy } from './as-told.ts';

const exchange = exchangeBy({
  'You have answered.': 'Du hast geantwortet.',
  'Wait until {0}: {1}': '{1} Warte bis {0}.',
  '{0} of {1} cells failed.': 'Von {1} Zellen {0}.',
  'Nobody goes by @{0}.': '@{0} heißt niemand.',
});

describe('a sentence of the server', () => {
  test('is exchanged whole, or around its values, and so is a sentence within it', () => {
    expect(exchange('You have answered.')).toBe('Du hast geantwortet.');
    expect(exchange('3 of 12 cells failed.')).toBe('Von 12 Zellen 3.');
    expect(exchange('Wait until 2026-12-01: You have answered.')).toBe(
      'Du hast geantwortet. Warte bis 2026-12-01.',
    );
  });
  test('that nobody translated stays, and signs of patterns in it are letters', () => {
    expect(exchange('You have answered')).toBe('You have answered');
    expect(exchange('3 of 12 cells failedX')).toBe('3 of 12 cells failedX');
  });
  test('gives back whatever stood in it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^.]{1,30}$/), (handle) => {
        expect(exchange(`Nobody goes by @${handle}.`)).toBe(`@${handle} heißt niemand.`);
      }),
    );
  });
});

describe('an answer', () => {
  test('has them exchanged where they are ours, and nothing else', () => {
    const at = new Date(0);
    const answer = {
      text: 'You have answered.',
      can: { answer: { allowed: false, why: 'You have answered.' } },
      issues: [{ path: 'handle', message: 'Nobody goes by @ada.' }],
      says: ['You have answered.', 'Something else.'],
      at,
    };
    expect(asTold(answer, exchange)).toEqual({
      text: 'You have answered.',
      can: { answer: { allowed: false, why: 'Du hast geantwortet.' } },
      issues: [{ path: 'handle', message: '@ada heißt niemand.' }],
      says: ['Du hast geantwortet.', 'Something else.'],
      at,
    });
  });
});
