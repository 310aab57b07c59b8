import { describe, expect, test } from 'vitest';
import { BENCH_SUITE, planCells } from './bench-suite.ts';

const schema = (properties: object) => ({ type: 'object', properties, additionalProperties: false });
const words = { type: 'string', minLength: 1, maxLength: 20 };
const side = { type: 'integer', minimum: 60, maximum: 512, default: 128, multipleOf: 32 };

describe('the cells of a bench', () => {
  test('every prompt with every seed, the first one twice, and the smallest size', () => {
    const input_schema = schema({ prompt: words, width: side, seed: { type: 'integer' } });
    const cells = planCells({ modality: 'image', input_schema }, { prompt: 'usual', width: 128 });
    expect(cells.map(({ ordinal }) => ordinal)).toEqual(cells.map((_, index) => index));
    const settings = cells.map(({ setting }) => setting);
    expect(settings.slice(0, 3)).toEqual(['usual', 'repeat', 'usual']);
    expect(cells[1]).toEqual({ ...cells[0], ordinal: 1, setting: 'repeat' });
    expect(settings.filter((setting) => setting === 'usual')).toHaveLength(14);
    expect(cells.slice(-2).map(({ input, seed }) => [input['width'], input['seed'], seed])).toEqual([
      [64, 7, 7],
      [64, 20_260, 20_260],
    ]);
    // the first seed of every prompt comes before the second of any
    const seeds = cells.filter(({ setting }) => setting === 'usual').map(({ seed }) => seed);
    expect(seeds).toEqual(seeds.toSorted((one, other) => one - other));
    for (const { input } of cells) expect(String(input['prompt']).length).toBeLessThanOrEqual(20);
    expect(cells.find(({ prompt_key }) => prompt_key === 'empty')?.input['prompt']).toBe(' ');
  });

  test('the field that takes the words is found by its hint first, then by its name', () => {
    const promptIn = (properties: object) => {
      const [cell] = planCells({ modality: 'music', input_schema: schema(properties) }, {});
      return Object.entries(cell?.input ?? {}).find(([, value]) => value === 'a solo piano')?.[0];
    };
    expect(promptIn({ prompt: words, lyrics: { ...words, 'x-ui': { control: 'prompt' } } })).toBe('lyrics');
    expect(promptIn({ style: words, prompt: words })).toBe('prompt');
    expect(promptIn({ negative_prompt: words, text_prompt: words })).toBe('text_prompt');
    expect(promptIn({ prompt: { ...words, enum: ['one'] }, caption: words })).toBe('caption');
    expect(promptIn({ style: { ...words, enum: ['one'] } })).toBeUndefined();
  });

  test('a model without words shows more seeds', () => {
    const cells = planCells({ modality: 'video', input_schema: schema({}) }, {});
    expect(cells).toHaveLength(BENCH_SUITE.seeds_without_prompt.length + 1);
    expect(new Set(cells.map(({ prompt_key }) => prompt_key))).toEqual(new Set(['none']));
  });

  test('each modality has its own words, each under a key of its own', () => {
    for (const prompts of Object.values(BENCH_SUITE.prompts)) {
      expect(prompts).toHaveLength(6);
      expect(new Set(prompts.map(({ key }) => key)).size).toBe(6);
    }
  });
});
