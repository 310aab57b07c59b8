import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { coloursIn, contrast, readingsOf } from './tokens.ts';

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
