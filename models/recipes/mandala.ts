import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';
import { rosette } from './rosette.ts';

const SIZES: [number, number][] = [
  [512, 512],
  [768, 768],
  [1024, 1024],
  [1024, 576],
  [576, 1024],
];

export const mandala: Recipe = {
  slug: 'mandala',
  title: 'Mandala',
  modality: 'image',
  description:
    'Rosettes carved in layers, from snowflakes to sunflowers. Say how many petals, what they are made of and in which light.',
  creator: CREATORS.rosace,
  licence: HOUSE_LICENCE,
  price_class: 'image-standard',
  metering: { kind: 'pixels', width: 'width', height: 'height' },
  input_schema: inputSchema({
    prompt: fields.prompt('eightfold lotus, gold on deep blue'),
    width: fields.side('Width', SIZES, 'height'),
    height: fields.side('Height', SIZES, 'width'),
    petals: fields.petals(2),
    depth: fields.slider(
      'Depth',
      'From a flat print to a deep carving.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      3,
    ),
    ornament: fields.slider(
      'Ornament',
      'Plain petals on the left, lace on the right.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      4,
    ),
    seed: fields.seed(),
  }),
  build: () => [
    { role: 'painter', file: 'painter.onnx', bytes: rosette({ name: 'mandala', seed: 404, moves: false }) },
  ],
  samples: [
    {
      name: 'gold-on-blue',
      seed: 1,
      input: { prompt: 'gold lotus on deep blue', width: 512, height: 512, petals: 0, depth: 0, ornament: 0 },
    },
    {
      name: 'snowflake',
      seed: 5,
      input: { prompt: 'icy snowflake', width: 512, height: 512, petals: 0, depth: 0, ornament: -0.4 },
    },
    {
      name: 'rainbow',
      seed: 3,
      input: { prompt: 'rainbow flower, soft', width: 512, height: 512, petals: 0, depth: 0, ornament: 0 },
    },
  ],
};
