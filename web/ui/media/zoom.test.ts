import { expect, test } from 'vitest';
import { FITTED, moved, zoomed } from './zoom.ts';

test('what lies under the pointer stays there', () => {
  const at = { x: 0.25, y: -0.25 };
  const view = zoomed(FITTED, 2, at);
  expect(view).toEqual({ scale: 2, x: -0.25, y: 0.25 });
  // the place of the picture that is now under the pointer, before and after
  const under = (one: typeof view) => [(at.x - one.x) / one.scale, (at.y - one.y) / one.scale];
  expect(under(zoomed(view, 1.5, at))).toEqual(under(view));
});

test('it is never smaller than its box, nor moved out of it', () => {
  expect(zoomed(FITTED, 0.5, { x: 0.4, y: 0.4 })).toEqual(FITTED);
  expect(moved(FITTED, { x: 0.2, y: 0.2 })).toEqual(FITTED);
  expect(moved({ scale: 3, x: 0, y: 0 }, { x: 9, y: -9 })).toEqual({ scale: 3, x: 1, y: -1 });
  expect(zoomed({ scale: 12, x: 0, y: 0 }, 4, { x: 0, y: 0 }).scale).toBe(12);
});
