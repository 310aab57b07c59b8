import { describe, expect, test } from 'vitest';
import { houseModels } from '../../../models/catalogue.ts';
import { assetFields, exampleInput, inputSchemaIssues, openAjv, trialInput } from './input-schema.ts';

const prompt = { type: 'string', maxLength: 300 };
const width = { type: 'integer', minimum: 64, maximum: 512, default: 64 };
const schemaOf = (properties: object, more: object = {}) => ({
  type: 'object',
  additionalProperties: false,
  properties: { ...properties },
  ...more,
});

test('what the house itself publishes would pass', () => {
  for (const { slug, input_schema } of houseModels())
    expect(inputSchemaIssues(input_schema), slug).toEqual([]);
});

test('the input of a trial is the example with all defaults', () => {
  expect(trialInput(schemaOf({ prompt, width }))).toMatchObject({ prompt: expect.any(String), width: 64 });
  expect(trialInput(schemaOf({ width }))).toEqual({ width: 64 });
  for (const { slug, input_schema } of houseModels()) {
    const filled = exampleInput(input_schema);
    expect(openAjv().compile(input_schema)(filled)).toBe(true);
    expect(trialInput(input_schema), slug).toEqual(filled);
  }
});

const picture = { type: 'string', format: 'asset-id', title: 'Picture' };

test('a field may take a picture, and may ask for one', () => {
  const schema = schemaOf({ prompt, picture }, { required: ['prompt', 'picture'] });
  expect(inputSchemaIssues(schema)).toEqual([]);
  expect(trialInput(schema)).toMatchObject({ picture: expect.stringMatching(/^[0-]{36}$/) });
  expect(trialInput(schemaOf({ prompt, picture }))).not.toHaveProperty('picture');
});

describe('what forms, prices and checks cannot be made of is refused', () => {
  test.each([
    ['no object', { ...schemaOf({ prompt }), type: 'array' }, 'type'],
    ['open to anything', { ...schemaOf({ prompt }), additionalProperties: true }, 'additionalProperties'],
    ['a reference', schemaOf({ prompt: { $ref: 'https://evil.example/schema' } }), 'properties.prompt.$ref'],
    ['a reference to outside', schemaOf({ prompt }, { $ref: 'file:///etc/passwd' }), '$ref'],
    ['a pattern', schemaOf({ prompt: { ...prompt, pattern: '(a+)+$' } }), 'properties.prompt.pattern'],
    ['endless text', schemaOf({ prompt: { type: 'string' } }), 'properties.prompt.maxLength'],
    [
      'numbers without a bound',
      schemaOf({ width: { type: 'integer', default: 1 } }),
      'properties.width.minimum',
    ],
    [
      'a list without an end',
      schemaOf({ words: { type: 'array', items: prompt } }),
      'properties.words.maxItems',
    ],
    ['a field of the prototype', schemaOf({ ['constructor ']: width }), 'properties.constructor '],
    [
      'something that must be said and has no default',
      schemaOf({ style: prompt }, { required: ['style'] }),
      'required',
    ],
    ['a default that does not fit', schemaOf({ width: { ...width, default: 3 } }), 'properties.width'],
    [
      'another format',
      schemaOf({ link: { type: 'string', format: 'uri', maxLength: 99 } }),
      'properties.link.format',
    ],
    [
      'a picture with a default',
      schemaOf({ picture: { ...picture, default: 'x' } }),
      'properties.picture.default',
    ],
    [
      'a picture that is a number',
      schemaOf({ picture: { ...picture, type: 'integer' } }),
      'properties.picture.type',
    ],
    [
      'a list of pictures',
      schemaOf({ pictures: { type: 'array', maxItems: 3, items: picture } }),
      'properties.pictures.items.format',
    ],
    [
      'five pictures',
      schemaOf(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`p${i}`, picture]))),
      'properties',
    ],
    [
      'a heap of fields',
      schemaOf(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, width]))),
      'properties',
    ],
  ])('%s', (_, schema, path) => {
    expect(inputSchemaIssues(schema).map((issue) => issue.path)).toContain(path);
  });
});

test('assets that something is made from stand in fields that take one', () => {
  const schema = {
    type: 'object',
    properties: { prompt: { type: 'string' }, picture: { type: 'string', format: 'asset-id' }, size: {} },
  };
  expect(assetFields(schema)).toEqual(['picture']);
  expect(assetFields({})).toEqual([]);
});
