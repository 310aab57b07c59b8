import { expect, test } from 'vitest';
import { refuseOddInput } from './odd-input.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

test.each([
  ['NUL in a text', { bio: 'a\0b' }, 'bio'],
  ['half a character', { input: { prompt: 'a\uD83D' } }, 'input.prompt'],
  ['a number without end', { input: { detail: [1, JSON.parse('1e400')] } }, 'input.detail.1'],
  ['a name with NUL', { input: { 'a\0': 1 } }, 'input'],
  ['a name that is half a character', { '\uDC00': 1 }, ''],
])('%s is refused where it stands', (_, input, path) => {
  const refused = { code: 'INVALID_INPUT', data: { issues: [expect.objectContaining({ path })] } };
  expect(() => refuseOddInput(input, false)).toThrow(expect.objectContaining(refused));
});

test('a heap of brackets is refused without walking through it', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(49_000)}${']'.repeat(49_000)}`);
  expect(() => refuseOddInput({ input: deep }, false)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }),
  );
  expect(() => refuseOddInput(nested(32), false)).not.toThrow();
  expect(() => refuseOddInput(nested(33), false)).toThrow();
});

test('the part that a field came by is not told', () => {
  const refused = { data: { issues: [expect.objectContaining({ path: 'input.prompt' })] } };
  expect(() => refuseOddInput({ body: { input: { prompt: '\0' } } }, true)).toThrow(
    expect.objectContaining(refused),
  );
});

test('what people write is let through', () => {
  const input = { prompt: 'Zoë 🌙 田中\n"quoted"', n: -1.5e300, none: null, list: [true, ''] };
  expect(() => refuseOddInput(input, false)).not.toThrow();
  expect(() => refuseOddInput(undefined, false)).not.toThrow();
});
