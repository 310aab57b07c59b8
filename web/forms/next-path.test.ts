import { expect, test } from 'vitest';
import { nextPath } from './next-path.ts';

test('a path of this site is where one goes on', () => {
  expect(nextPath('/create?model=drift#top')).toBe('/create?model=drift#top');
});

test.each([
  null,
  '',
  'create',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/a\nb',
  '/\u0000',
  'javascript:alert(1)',
  'https://evil.example',
])('%j leads home', (next) => {
  expect(nextPath(next)).toBe('/');
});
