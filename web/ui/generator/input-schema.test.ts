import { expect, test } from 'vitest';
import { fieldsOf, initialValues, inputOf, isChanged, missing, withInput } from './input-schema.ts';

const picture = { type: 'string', format: 'asset-id', title: 'Picture', 'x-ui': { order: 0 } };
const prompt = { type: 'string', maxLength: 300, 'x-ui': { control: 'prompt', order: 1 } };
const schema = { properties: { prompt, picture }, required: ['prompt', 'picture'] };

test('a picture is a field of its own, empty at first, and kept by its id', () => {
  const fields = fieldsOf(schema);
  expect(fields[0]).toMatchObject({ kind: 'picture', label: 'Picture', required: true, advanced: false });
  const empty = initialValues(fields);
  expect(inputOf({ ...empty, prompt: 'a boat' })).toEqual({ prompt: 'a boat' });
  const chosen = withInput(fields, empty, { picture: 'its-id' });
  expect(inputOf(chosen)).toEqual({ picture: 'its-id' });
  expect(isChanged(fields[0]!, chosen)).toBe(true);
});

test('one that is asked for and not there is missing', () => {
  const fields = fieldsOf(schema);
  expect(missing(fields, { prompt: 'a boat', picture: '' })?.name).toBe('picture');
  expect(missing(fields, { prompt: 'a boat', picture: 'its-id' })).toBeNull();
  const optional = fieldsOf({ ...schema, required: ['prompt'] });
  expect(missing(optional, { prompt: 'a boat', picture: '' })).toBeNull();
});
