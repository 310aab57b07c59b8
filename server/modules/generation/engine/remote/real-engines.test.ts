import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBench } from '../../../../../tests/peers/bench.ts';

// The same promises against real servers, for whoever has one: MC_TEST_COG_URL=http://127.0.0.1:5000 and so on.
// What the server wants as input is the tester's to say, for it is the server's model.

const {
  MC_TEST_COG_URL,
  MC_TEST_COMFYUI_URL,
  MC_TEST_COMFYUI_BINDING = path.resolve('docs/samples/comfyui-binding.json'),
  MC_TEST_OPENAI_URL,
  MC_TEST_OPENAI_MODEL = 'gpt-image-1-mini',
  MC_TEST_OPENAI_TOKEN = '',
  MC_TEST_REPLICATE_URL,
  MC_TEST_REPLICATE_MODEL = 'black-forest-labs/flux-schnell',
  MC_TEST_REPLICATE_TOKEN = '',
  MC_TEST_INPUT = '{"prompt":"a red boat on a quiet lake"}',
} = process.env;

type Binding = Parameters<typeof openBench>[1];
const endpoint = 'real';
const comfyui = () => ({
  ...(JSON.parse(readFileSync(MC_TEST_COMFYUI_BINDING, 'utf8')) as Extract<Binding, { kind: 'comfyui' }>),
  endpoint,
});

const REAL: [string, string | undefined, string, () => Binding, string][] = [
  ['Cog', MC_TEST_COG_URL, 'MC_TEST_COG_URL', () => ({ kind: 'cog', endpoint, rename: {} }), ''],
  ['ComfyUI', MC_TEST_COMFYUI_URL, 'MC_TEST_COMFYUI_URL', comfyui, ''],
  [
    ...(['OpenAI images', MC_TEST_OPENAI_URL, 'MC_TEST_OPENAI_URL'] as const),
    () => ({ kind: 'openai-images', endpoint, model: MC_TEST_OPENAI_MODEL }),
    MC_TEST_OPENAI_TOKEN,
  ],
  [
    ...(['Replicate', MC_TEST_REPLICATE_URL, 'MC_TEST_REPLICATE_URL'] as const),
    () => ({ kind: 'replicate', endpoint, model: MC_TEST_REPLICATE_MODEL, rename: {} }),
    MC_TEST_REPLICATE_TOKEN,
  ],
];

describe.each(REAL)('a real %s', (_name, url, variable, binding, token) => {
  test.skipIf(!url)(`${url ? 'is well' : `is not asked: ${variable} is not set`}`, async () => {
    const bench = openBench({ url: url ?? '' }, binding(), token);
    expect((await bench.health()).state).toMatch(/ready|busy/);
    await bench.close();
  });

  test.skipIf(!url)('makes something', { timeout: 600_000 }, async () => {
    const bench = openBench({ url: url ?? '' }, binding(), token);
    const { result } = await bench.run({
      generation_id: `real ${Date.now()}`,
      input: JSON.parse(MC_TEST_INPUT) as Record<string, unknown>,
      limits: { wall_ms_max: 600_000, memory_bytes_max: 1e9, output_bytes_max: 100e6 },
    });
    if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
    expect(result.outputs[0]?.bytes.length).toBeGreaterThan(1000);
    await bench.close();
  });
});
