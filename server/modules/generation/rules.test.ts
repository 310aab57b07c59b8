import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../refuse.ts';
import { readInput } from './input.ts';
import { type PriceClass, priceOf, type RateCard } from './pricing.ts';
import { promisedPrice, signQuote } from './quotes.ts';
import { before, hasEnded } from './states.ts';

const rate = (
  price_class: string,
  unit: PriceClass['unit'],
  per_unit: bigint,
  minimum: bigint,
): PriceClass => {
  return { price_class, unit, per_unit_micros: per_unit, minimum_micros: minimum, explanation: '' };
};
const card: RateCard = {
  version: 1,
  effective_at: new Date(0),
  classes: [
    rate('image', 'megapixel', 4_000_000n, 1_000_000n),
    rate('music', 'second', 250_000n, 2_000_000n),
  ],
};
const pixels = { kind: 'pixels', width: 'width', height: 'height' } as const;
const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'nothing was refused';
};

describe('prices', () => {
  test('follow the pixels, with a minimum', () => {
    expect(priceOf(card, 'image', pixels, { width: 512, height: 512 })).toBe(1_000_000n);
    expect(priceOf(card, 'image', pixels, { width: 256, height: 256 })).toBe(1_000_000n);
    expect(priceOf(card, 'image', pixels, { width: 1024, height: 1024 })).toBe(4_000_000n);
    expect(priceOf(card, 'music', { kind: 'seconds', field: 'duration_s' }, { duration_s: 30 })).toBe(
      7_500_000n,
    );
  });

  test('are whole micro-dollars and never below the exact rate', () => {
    const side = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const price = priceOf(card, 'image', pixels, { width, height });
        expect(price % 100n).toBe(0n);
        expect(price * 1_048_576n >= 4_000_000n * BigInt(width) * BigInt(height)).toBe(true);
      }),
    );
  });

  test('of what was not checked are no prices', () => {
    expect(() => priceOf(card, 'image', pixels, { width: 1.5, height: 2 })).toThrow();
    expect(() => priceOf(card, 'unknown', pixels, { width: 1, height: 2 })).toThrow();
    expect(() => priceOf(card, 'music', pixels, { width: 1, height: 2 })).toThrow();
  });
});

describe('quotes', () => {
  const key = createSecretKey(randomBytes(32));
  const at = new Date('2026-11-22T10:00:00Z');
  const expires_at = new Date('2026-11-22T10:10:00Z');
  const metered = { width: 512, height: 512 };
  const quote = signQuote(key, { release_id: 'r', metered, price_micros: 1_000_000n, expires_at });

  test('promise a price for a release and its units', () => {
    expect(promisedPrice(key, quote, { release_id: 'r', metered, at })).toBe(1_000_000n);
  });

  test('are refused for another release, other units, or after their time', () => {
    expect(refusal(() => promisedPrice(key, quote, { release_id: 'other', metered, at }))).toBe(
      'QUOTE_INVALID',
    );
    expect(
      refusal(() =>
        promisedPrice(key, quote, { release_id: 'r', metered: { width: 1024, height: 1024 }, at }),
      ),
    ).toBe('QUOTE_INVALID');
    expect(refusal(() => promisedPrice(key, quote, { release_id: 'r', metered, at: expires_at }))).toBe(
      'QUOTE_EXPIRED',
    );
  });

  test('cannot be made or changed by anybody else', () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(refusal(() => promisedPrice(key, forged, { release_id: 'r', metered, at }))).toBe(
          'QUOTE_INVALID',
        );
      }),
    );
    const [body = ''] = quote.split('.');
    const cheaper = Buffer.from(
      Buffer.from(body, 'base64url').toString().replace('1000000', '0000001'),
    ).toString('base64url');
    expect(
      refusal(() =>
        promisedPrice(key, `${cheaper}.${quote.split('.')[1]}`, { release_id: 'r', metered, at }),
      ),
    ).toBe('QUOTE_INVALID');
  });
});

describe('input', () => {
  const release = {
    id: 'test-release',
    input_schema: {
      type: 'object',
      properties: {
        prompt: { type: 'string', minLength: 1 },
        width: { type: 'integer', default: 512, maximum: 1024 },
      },
      required: ['prompt'],
      additionalProperties: false,
    },
  };

  test('gets the defaults of the schema', () => {
    expect(readInput(release, { prompt: 'a fish' })).toEqual({ prompt: 'a fish', width: 512 });
  });

  test.each([
    [{}, 'input.prompt'],
    [{ prompt: '' }, 'input.prompt'],
    [{ prompt: 'a', width: 4096 }, 'input.width'],
    [{ prompt: 'a', width: '512' }, 'input.width'],
    [{ prompt: 'a', steps: 3 }, 'input.steps'],
  ])('%j is refused at %s', (input, path) => {
    try {
      readInput(release, input);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT', data: { issues: [{ path }] } });
    }
  });
});

describe('states', () => {
  test('nothing comes after an end, and an end can be reached only once', () => {
    for (const state of ['succeeded', 'failed', 'cancelled', 'expired'] as const) {
      expect(hasEnded(state)).toBe(true);
      expect(before(state).some(hasEnded)).toBe(false);
    }
    expect(before('succeeded')).toEqual(['delivering']);
    expect(before('cancelled')).not.toContain('delivering');
  });
});
