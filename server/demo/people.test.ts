import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { houseModels } from '../../models/catalogue.ts';
import { PROMPTS, SMALL, STAFF } from './people.ts';

test.each(houseModels())('$slug is asked for things it can make, and its creator can sign in', (model) => {
  const validate = new Ajv2020({ strict: true, keywords: ['x-ui'] }).compile(model.input_schema);
  for (const prompt of PROMPTS[model.slug] ?? [])
    expect(validate({ prompt, seed: 1, ...(SMALL[model.slug] ?? SMALL[model.modality]) })).toBe(true);
  expect(PROMPTS[model.slug]?.length).toBeGreaterThanOrEqual(3);
  expect(STAFF.map(({ email }) => email)).toContain(`${model.creator.handle}@house.invalid`);
});
