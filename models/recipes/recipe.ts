import type { Manifest } from '../catalogue.ts';

/** Everything that `models:build` needs to make one house model. */
export type Recipe = Omit<Manifest, 'files' | 'engine'> & {
  /** Draws the networks; only a recipe that trains takes long. `retrain` forgets kept weights. */
  build: (options: { retrain: boolean }) => Promise<BuiltFile[]> | BuiltFile[];
  samples: { name: string; seed: number; input: Record<string, unknown> }[];
};

export type BuiltFile = { role: string; file: string; bytes: Uint8Array };

export const CREATORS = {
  mira: { handle: 'mira-solberg', display_name: 'Mira Solberg' },
  oduya: { handle: 'studio-oduya', display_name: 'Studio Oduya' },
  tonfall: { handle: 'tonfall', display_name: 'Tonfall' },
};
export const HOUSE_LICENCE =
  'Outputs may be used freely, also commercially; the model itself stays on StellaryAI.';

/** Input schemas share these fields, so that every form looks and behaves the same. */
export const fields = {
  prompt: (placeholder: string) => ({
    type: 'string',
    title: 'Prompt',
    description: 'Colours, places, moods and things. The first 24 words count.',
    minLength: 1,
    maxLength: 300,
    'x-ui': { control: 'prompt', rows: 3, placeholder, order: 0 },
  }),
  side: (title: 'Width' | 'Height', presets: [number, number][], other: string) => ({
    type: 'integer',
    title,
    description: `${title} in pixels.`,
    default: title === 'Width' ? presets[0]![0] : presets[0]![1],
    minimum: 256,
    maximum: 1024,
    multipleOf: 64,
    'x-ui': { control: 'size', with: other, presets, order: 1 },
  }),
  slider: (
    title: string,
    description: string,
    range: { low: number; high: number; step: number; initial: number },
    order: number,
  ) => ({
    type: 'number',
    title,
    description,
    default: range.initial,
    minimum: range.low,
    maximum: range.high,
    'x-ui': { control: 'slider', step: range.step, order },
  }),
  seed: () => ({
    type: 'integer',
    title: 'Seed',
    description: 'The same seed and input give the same result. Leave it out for a new one.',
    minimum: 0,
    maximum: 4294967295,
    'x-ui': { control: 'seed', dice: true, order: 9 },
  }),
};

export function inputSchema(properties: Record<string, unknown>): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties,
    required: ['prompt'],
    additionalProperties: false,
  };
}
