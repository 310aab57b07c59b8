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
  rosace: { handle: 'atelier-rosace', display_name: 'Atelier Rosace' },
  petri: { handle: 'petri-aalto', display_name: 'Petri Aalto' },
  nightline: { handle: 'nightline', display_name: 'Nightline' },
  shizuku: { handle: 'shizuku', display_name: 'Shizuku' },
};
export const HOUSE_LICENCE =
  'Outputs may be used freely, also commercially; the model itself stays on StellaryAI.';

export const MUSIC_HINT = 'Tempo, instruments, moods and places. The first 24 words count.';

/** a slider with neutral in the middle */
const EVEN = { low: -1, high: 1, step: 0.1, initial: 0 };
export const PICTURE_SIZES: [number, number][] = [
  [512, 512],
  [768, 512],
  [512, 768],
  [1024, 1024],
  [1024, 576],
];
const FILM_SIZES: [number, number][] = [
  [384, 384],
  [512, 288],
  [288, 512],
  [512, 512],
];

/** Input schemas share these fields, so that every form looks and behaves the same. */
export const fields = {
  prompt: (
    placeholder: string,
    description = 'Colours, places, moods and things. The first 24 words count.',
  ) => ({
    type: 'string',
    title: 'Prompt',
    description,
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
  /** Films are smaller than pictures, and the encoder wants whole blocks. */
  filmSides: (presets: [number, number][] = FILM_SIZES) => {
    const side = (title: 'Width' | 'Height', other: string) => ({
      ...fields.side(title, presets, other),
      minimum: 256,
      maximum: 512,
      multipleOf: 32,
    });
    return { width: side('Width', 'height'), height: side('Height', 'width') };
  },
  seconds: (description: string) => ({
    type: 'integer',
    title: 'Seconds',
    description,
    default: 3,
    minimum: 2,
    maximum: 6,
    'x-ui': { control: 'slider', step: 1, unit: 's', order: 2 },
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
  relief: (order: number) =>
    fields.slider('Relief', 'From a flat print to a swollen, wet body.', EVEN, order),
  pace: (order: number) =>
    fields.slider(
      'Pace',
      'Slower on the left, faster on the right; words like "calm" or "wild" count too.',
      EVEN,
      order,
    ),
  petals: (order: number) => ({
    type: 'integer',
    title: 'Petals',
    description: 'How often the rosette repeats, 3 to 24. At 0 the words say it, or else the seed.',
    default: 0,
    enum: [0, ...Array.from({ length: 22 }, (_, i) => i + 3)],
    'x-ui': { control: 'select', order },
  }),
  cells: (initial: number, most: number, order: number) => ({
    type: 'integer',
    title: 'Cells',
    description: 'Cells along the shorter side: fewer make large forms, more make fine ones.',
    default: initial,
    minimum: 96,
    maximum: most,
    'x-ui': { control: 'slider', step: 16, order },
  }),
  age: (initial: number, order: number) => ({
    type: 'integer',
    title: 'Age',
    description: 'How long it grows: young ones are islands, old ones fill the picture.',
    default: initial,
    minimum: 20,
    maximum: 400,
    'x-ui': { control: 'slider', step: 10, order },
  }),
  musicSeconds: (initial: number, description = 'Length of the piece.') => ({
    type: 'integer',
    title: 'Seconds',
    description,
    default: initial,
    minimum: 8,
    maximum: 90,
    'x-ui': { control: 'slider', step: 1, unit: 's', order: 1 },
  }),
  scale: (names: string[], order: number) => ({
    type: 'string',
    title: 'Scale',
    description: 'Left to the mood of the words, or fixed.',
    default: 'from the words',
    enum: ['from the words', ...names],
    'x-ui': { control: 'select', order },
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
