import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, formsOf, isNear, termsOf, typedWords, wordsOf } from './words.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 8 });

describe('words', () => {
  test('are lower case, without accents and signs', () => {
    expect(wordsOf("L'Été — Über-Café 2026!")).toEqual(['l', 'ete', 'uber', 'cafe', '2026']);
    expect(wordsOf('東京の夜')).toEqual(['東京の夜']);
    expect(wordsOf(' ,;')).toEqual([]);
  });

  test('of what is typed the last one still grows, and what stands everywhere is left out', () => {
    expect(typedWords('the fog of dr')).toEqual([
      { word: 'fog', finished: true },
      { word: 'dr', finished: false },
    ]);
    expect(typedWords('drift ')).toEqual([{ word: 'drift', finished: true }]);
    expect(typedWords('the ')).toEqual([{ word: 'the', finished: true }]);
  });

  test('one and many are one wish', () => {
    expect(formsOf('portrait')).toContain('portraits');
    expect(formsOf('portraits')).toContain('portrait');
    expect(formsOf('boxes')).toContain('box');
    expect(formsOf('glass')).not.toContain('glas');
  });

  test('every term comes once', () => {
    fc.assert(
      fc.property(fc.array(letters), fc.array(letters), (tags, prompts) => {
        const terms = termsOf({
          ...{ title: 'Fog Fog', slug: 'fog', summary: 'fog', description: 'Fog.', modality: 'image' },
          ...{ licence: 'MIT', tags, prompts, creator: { handle: 'fog', display_name: 'Fog' } },
        });
        expect(new Set(terms).size).toBe(terms.length);
      }),
    );
  });
});

describe('mistyped words', () => {
  test.each([
    ['portrat', 'portrait', true],
    ['potrait', 'portrait', true],
    ['porttrait', 'portrait', true],
    ['protrait', 'portrait', true],
    ['landscpe', 'landscapes', true],
    ['lanscpe', 'landscapes', false],
    ['watrecolr', 'watercolor', true],
    ['fish', 'mountain', false],
  ])('%s for %s: %s', (typed, known, near) => {
    expect(isNear({ word: typed, finished: true }, known)).toBe(near);
  });

  test('one that still grows is held against beginnings', () => {
    expect(isNear({ word: 'portai', finished: false }, 'portraits')).toBe(true);
    expect(isNear({ word: 'portai', finished: true }, 'portraits')).toBe(false);
  });

  test('the distance is none to oneself, the same both ways, and never more than the longer word', () => {
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        expect(distance(a, a, true)).toBe(0);
        expect(distance(a, b, true)).toBe(distance(b, a, true));
        expect(distance(a, b, true)).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
        expect(distance(a, b, false)).toBeLessThanOrEqual(distance(a, b, true));
      }),
    );
  });
});
