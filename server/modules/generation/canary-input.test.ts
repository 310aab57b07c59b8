import { expect, test } from 'vitest';
import { houseModels } from '../../../models/catalogue.ts';
import { canaryInput, promptsIn } from './canary-input.ts';
import { readInput } from './input.ts';

const models = houseModels();
const prompts = models.flatMap(({ input_schema }) => promptsIn(input_schema));

test('every house model takes what is made up for it, and hardly any two are the same', () => {
  expect(prompts.length).toBe(models.length);
  for (const { slug, input_schema } of models) {
    const made = Array.from({ length: 40 }, () =>
      readInput({ id: slug, input_schema }, canaryInput(input_schema, prompts)),
    );
    expect(new Set(made.map((input) => JSON.stringify(input))).size).toBeGreaterThan(35);
    expect(new Set(made.map(({ prompt }) => prompt)).size).toBeGreaterThan(30);
  }
});

test('a model without words or options is asked all the same', () => {
  expect(canaryInput({ type: 'object', properties: {} }, [])).toEqual({});
  expect(canaryInput({ type: 'object', properties: { prompt: { type: 'string' } } }, [])).toEqual({
    prompt: expect.stringMatching(/./),
  });
});
