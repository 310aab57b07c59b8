import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { apart, SIGHTS } from './sight.ts';
import { coloursIn, contrast, GROUNDS, readingsOf } from './tokens.ts';

const css = fs.readFileSync(path.resolve(import.meta.dirname, '../../app.css'), 'utf8');

test('every colour of text reads on every ground, in both themes', () => {
  const faint = readingsOf(coloursIn(css)).filter(
    ({ light, dark }) => Math.min(light.ratio, dark.ratio) < 4.5,
  );
  expect(faint).toEqual([]);
});

test('contrast is that of WCAG', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#fff', '#fff')).toBe(1);
});

describe('colours of charts', () => {
  const colours = coloursIn(css);
  const of = (name: string) => {
    const found = colours.find((colour) => colour.name === name);
    if (!found) throw new Error(`there is no colour ${name}`);
    return found;
  };
  const series = [1, 2, 3, 4, 5].map((place) => of(`series-${place}`));
  const themes = ['light', 'dark'] as const;

  test('lines stand out from every ground', () => {
    for (const theme of themes)
      for (const one of series)
        for (const ground of GROUNDS)
          expect(
            contrast(one[theme], of(ground)[theme]),
            `${one.name} on ${ground}, ${theme}`,
          ).toBeGreaterThan(3);
  });

  test.each(Object.keys(SIGHTS))('lines are told apart by who sees as %s', (sight) => {
    for (const theme of themes)
      for (const [place, one] of series.entries())
        for (const other of series.slice(place + 1))
          expect(
            apart(one[theme], other[theme], sight),
            `${one.name}, ${other.name}, ${theme}`,
          ).toBeGreaterThan(12);
  });

  test('more is darker on light and lighter on dark, and what stands on it can be read', () => {
    const heat = [1, 2, 3, 4, 5].map((step) => of(`heat-${step}`));
    const words = ['on-heat-low', 'on-heat-low', 'on-heat-low', 'on-heat-4', 'on-heat-5'].map(of);
    for (const theme of themes)
      for (const [step, one] of heat.entries()) {
        const last = heat[step - 1];
        if (last) expect(contrast(one[theme], last[theme]), `${one.name}, ${theme}`).toBeGreaterThan(1.15);
        expect(contrast(one[theme], words[step]?.[theme] ?? one[theme])).toBeGreaterThan(4.5);
      }
  });
});
