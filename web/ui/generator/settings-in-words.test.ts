import { expect, test } from 'vitest';
import { settingsInWords } from './settings-in-words.ts';

const schema = {
  properties: {
    prompt: { type: 'string', 'x-ui': { control: 'prompt', order: 0 } },
    width: { type: 'integer', default: 512, 'x-ui': { control: 'size', with: 'height' } },
    height: { type: 'integer', default: 512 },
    duration_s: { type: 'integer', title: 'Seconds', default: 30, 'x-ui': { unit: 's' } },
    panes: { type: 'integer', title: 'Panes', default: 0 },
    seed: { type: 'integer', 'x-ui': { control: 'seed' } },
  },
  required: ['prompt'],
};

test('settings are named as in the form, and those left as they come are not', () => {
  const input = { prompt: 'silk', width: 768, height: 512, duration_s: 24, panes: 0, seed: 7 };
  expect(settingsInWords(input, schema)).toEqual([
    { label: 'Size', value: '768 × 512' },
    { label: 'Seconds', value: '24 s' },
  ]);
});
test('without the schema their names are made readable', () => {
  expect(settingsInWords({ prompt: 'silk', duration_s: 30, fine_grain: 2 }, null)).toEqual([
    { label: 'Duration', value: '30 s' },
    { label: 'Fine grain', value: '2' },
  ]);
});
