import { describe, expect, test } from 'vitest';
import { ownFields, sharedFields } from './compare.ts';
import { fieldsOf, initialValues } from './input-schema.ts';

const size = (least: number, most: number, by: number) => ({
  type: 'integer',
  default: 512,
  minimum: least,
  maximum: most,
  multipleOf: by,
  'x-ui': {
    control: 'size',
    with: 'height',
    order: 1,
    presets: [
      [512, 512],
      [1024, 1024],
    ],
  },
});
const form = (properties: Record<string, unknown>) => fieldsOf({ properties, required: ['prompt'] });
const prompt = { type: 'string', maxLength: 300, 'x-ui': { control: 'prompt', order: 0 } };

const silk = form({
  prompt,
  width: size(256, 1024, 64),
  height: size(256, 1024, 64),
  gloss: { type: 'number', minimum: -1, maximum: 1, default: 0, 'x-ui': { order: 3 } },
  detail: { type: 'number', minimum: -1, maximum: 1, default: 0, 'x-ui': { order: 2 } },
  seed: { type: 'integer', maximum: 4294967295, 'x-ui': { control: 'seed', order: 9 } },
});
const glass = form({
  prompt: { ...prompt, maxLength: 120 },
  width: size(256, 768, 128),
  height: size(256, 768, 128),
  detail: { type: 'number', minimum: 0, maximum: 4, default: 2, 'x-ui': { order: 2 } },
  lead: { type: 'boolean', 'x-ui': { order: 3 } },
  seed: { type: 'integer', maximum: 1000, 'x-ui': { control: 'seed', order: 9 } },
});

describe('what two models share', () => {
  const shared = sharedFields([silk, glass]);

  test('is what both have, as wide as the narrower', () => {
    expect(shared.map(({ name }) => name)).toEqual(['prompt', 'width', 'detail', 'seed']);
    expect(shared).toMatchObject([
      { maxLength: 120, required: true },
      { min: 256, max: 768, step: 128, presets: [{ width: 512, height: 512 }] },
      { min: 0, max: 1, initial: 0 },
      { max: 1000 },
    ]);
  });
  test('and what only one has stays its own', () => {
    expect(ownFields(silk, shared).map(({ name }) => name)).toEqual(['gloss']);
    expect(ownFields(glass, shared).map(({ name }) => name)).toEqual(['lead']);
  });
  test('starts inside what both understand', () => {
    expect(initialValues(shared)).toEqual({ prompt: '', width: 512, height: 512, detail: 0, seed: null });
  });
  test('is everything where there is only one', () => expect(sharedFields([silk])).toEqual(silk));
});

test('choices are shared as far as both offer them, and not at all where they offer others', () => {
  const choice = (...values: unknown[]) => form({ tempo: { enum: values, default: values[0] } });
  expect(sharedFields([choice('slow', 'fast'), choice('fast', 'faster')])).toMatchObject([
    { options: [{ raw: 'fast' }], initial: 'fast' },
  ]);
  expect(sharedFields([choice('slow'), choice('fast')])).toEqual([]);
  expect(sharedFields([choice(1), form({ tempo: { type: 'boolean' } })])).toEqual([]);
});

test('numbers that never meet, or count something else, are not shared', () => {
  const range = (minimum: number, maximum: number, unit = 's') =>
    form({ duration: { type: 'integer', minimum, maximum, 'x-ui': { unit } } });
  expect(sharedFields([range(1, 5), range(6, 9)])).toEqual([]);
  expect(sharedFields([range(1, 5), range(1, 5, 'frames')])).toEqual([]);
});

test('what one decides first is not advanced, unless the release says so', () => {
  const advanced = (property: object) => form({ it: property })[0]?.advanced;
  expect(silk.map(({ name, advanced: is }) => [name, is])).toEqual([
    ['prompt', false],
    ['width', false],
    ['detail', true],
    ['gloss', true],
    ['seed', true],
  ]);
  expect(advanced({ type: 'integer', 'x-ui': { unit: 's', order: 2 } })).toBe(false);
  expect(advanced({ type: 'integer', 'x-ui': { order: 1, advanced: true } })).toBe(true);
});

test('a picture is one field for all that take one, and asked for where one of them asks', () => {
  const picture = { type: 'string', format: 'asset-id', title: 'Picture' };
  const asks = fieldsOf({ properties: { prompt, picture }, required: ['prompt', 'picture'] });
  const shared = sharedFields([form({ prompt, picture }), asks]);
  expect(shared.find(({ name }) => name === 'picture')).toMatchObject({ kind: 'picture', required: true });
  expect(sharedFields([asks, silk]).some(({ name }) => name === 'picture')).toBe(false);
});
