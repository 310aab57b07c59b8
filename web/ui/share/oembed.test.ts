import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shareCard } from './card-address.ts';
import { embedCode, fitted } from './embed-code.ts';
import { addressed, oembed } from './oembed.ts';

const SIGNS = fc.constantFrom(...'<>"\'&=/a é春\u0000\u202e\ufffe', '\ud83c', '🎉');
const ORIGIN = 'https://stellary.example';
const embed = (title = 'Silk') => ({
  ...{ of: 'assets' as const, name: 'a-1', title, modality: 'video' as const, path: '/assets/a-1' },
  by: { handle: 'mona', display_name: 'Mona' },
  model: {
    ...{ slug: 'drift', title: 'Drift', modality: 'image' as const },
    creator: { handle: 'mira', display_name: 'Mira' },
  },
  ...{ media: null, from_micros: null, summary: null },
  frame: { path: '/embed/assets/a-1', width: 640, height: 424, kind: 'video' as const },
});

describe('which addresses have an answer', () => {
  test.each([
    [`${ORIGIN}/models/drift`, { of: 'models', name: 'drift' }],
    [`${ORIGIN}/models/drift/?from=x#top`, { of: 'models', name: 'drift' }],
    [`${ORIGIN}/assets/0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8d`, { of: 'assets' }],
  ])('%s', (address, found) => {
    expect(addressed(ORIGIN, address)).toMatchObject(found);
  });

  test.each([
    'https://stellary.example.evil.test/models/drift',
    'https://evil.test/models/drift',
    'http://stellary.example/models/drift',
    `${ORIGIN}@evil.test/models/drift`,
    `${ORIGIN}/models/drift/claim`,
    `${ORIGIN}/models/..%2f..%2fadmin`,
    `${ORIGIN}/settings`,
    'javascript:alert(1)',
    'models/drift',
    '',
  ])('none of ours: %s', (address) => {
    expect(addressed(ORIGIN, address)).toBeNull();
  });
});

test('whatever a title holds stays the title of the frame', () => {
  fc.assert(
    fc.property(fc.string({ unit: SIGNS }), (title) => {
      const code = embedCode(ORIGIN, embed(title));
      expect(code).toMatch(
        /^<iframe src="[^"<>]*" title="[^"<>]*" width="640" height="424" [^<>]*><\/iframe>$/,
      );
    }),
  );
});

test('nothing is larger than was asked for, and films keep their shape', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 1, max: 3000 }),
      (width_max, height_max) => {
        const answer = oembed(ORIGIN, embed(), { width_max, height_max });
        expect(answer.width).toBeLessThanOrEqual(width_max);
        expect(answer.height).toBeLessThanOrEqual(height_max);
        expect(answer.thumbnail_width ?? 0).toBeLessThanOrEqual(width_max);
        expect(answer.thumbnail_height ?? 0).toBeLessThanOrEqual(height_max);
      },
    ),
  );
  expect(fitted(embed().frame, { width_max: 320, height_max: 3000 })).toEqual({ width: 320, height: 212 });
});

test('a card that shows something else has another address', () => {
  const of = (title: string) => shareCard('models', 'drift', '', [title]).path;
  expect(of('Drift')).toMatch(/^\/cards\/models\/drift\.jpg\?v=[a-z0-9]+$/);
  expect(of('Drift')).toBe(of('Drift'));
  expect(of('Drift')).not.toBe(of('Drift 2'));
});
