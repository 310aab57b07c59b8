import { expect, test } from 'vitest';
import { PICTURE_FORMAT } from '#api/generation/input-pictures.ts';
import { shownSettings } from './shown-settings.ts';

const SCHEMA = {
  properties: {
    prompt: { type: 'string' },
    negative_prompt: { type: 'string', 'x-ui': { control: 'negative-prompt' } },
    style: { type: 'string', enum: ['plain', 'rich'] },
    width: { type: 'integer' },
    tiled: { type: 'boolean' },
    picture: { type: 'string', format: PICTURE_FORMAT },
    lines: { type: 'array', items: { type: 'string' } },
  },
};
const INPUT = {
  prompt: 'golden silk',
  negative_prompt: 'my name',
  style: 'rich',
  width: 256,
  tiled: true,
  picture: '0191',
  lines: ['mine'],
  unheard_of: 'secret',
};

test('without the prompt strangers learn numbers and choices, and no word of anybody', () => {
  expect(shownSettings(SCHEMA, INPUT, false)).toEqual({ style: 'rich', width: 256, tiled: true });
});

test('with it they learn the words too, but never a picture, nor what the schema does not know', () => {
  expect(shownSettings(SCHEMA, INPUT, true)).toEqual({
    prompt: 'golden silk',
    negative_prompt: 'my name',
    style: 'rich',
    width: 256,
    tiled: true,
  });
});
