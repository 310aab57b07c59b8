import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';
import { readerGraph } from './sprites/graphs.ts';
import { spritelet } from './spritelet.ts';

/** Spritelet's networks played as a film; flow and decoder are shared, not copied. */
export const spriteMorph: Recipe = {
  slug: 'sprite-morph',
  title: 'Sprite Morph',
  modality: 'video',
  description:
    'Pixel-art things that turn into each other and back: name two to eight, with commas or "to" between. What lies in between nobody has drawn.',
  creator: CREATORS.oduya,
  licence: HOUSE_LICENCE,
  price_class: 'video-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('purple cat to green ghost to red mushroom'),
    size: {
      type: 'integer',
      title: 'Size',
      description: 'Side in pixels; a sprite has 48 by 48 large ones.',
      default: 384,
      enum: [384, 576, 768],
      'x-ui': { control: 'select', unit: 'px', order: 1 },
    },
    duration_s: fields.seconds('Length of the loop through all of them.'),
    rest: fields.slider(
      'Rest',
      'How long each thing stays itself before it turns into the next.',
      { low: 0, high: 0.9, step: 0.05, initial: 0.4 },
      3,
    ),
    steps: {
      type: 'integer',
      title: 'Steps',
      description: 'How many steps lead from noise to each frame.',
      default: 20,
      minimum: 6,
      maximum: 40,
      'x-ui': { control: 'slider', step: 1, order: 4 },
    },
    guidance: fields.slider(
      'Guidance',
      'How strictly the words are kept; less makes stranger creatures on the way.',
      { low: 1, high: 4, step: 0.1, initial: 1.8 },
      5,
    ),
    seed: fields.seed(),
  }),
  async build(options) {
    const sprites = await spritelet.build({ ...options, retrain: false });
    const shared = sprites.filter(({ role }) => role !== 'reader');
    return [
      { role: 'reader', file: 'reader.onnx', bytes: readerGraph({ onDark: true }) },
      ...shared.map((built) => ({ ...built, file: `../spritelet/${built.file}` })),
    ];
  },
  samples: [
    {
      name: 'cat-ghost-mushroom',
      seed: 1,
      input: {
        prompt: 'purple cat to green ghost to red mushroom',
        size: 384,
        duration_s: 3,
        rest: 0.4,
        steps: 20,
        guidance: 1.8,
      },
    },
    {
      name: 'rocket-star',
      seed: 2,
      input: {
        prompt: 'blue rocket, yellow star',
        size: 384,
        duration_s: 3,
        rest: 0.4,
        steps: 20,
        guidance: 1.8,
      },
    },
    {
      name: 'house-robot-cake-tree',
      seed: 4,
      input: {
        prompt: 'house into robot then cake becomes tree',
        size: 384,
        duration_s: 3,
        rest: 0.4,
        steps: 20,
        guidance: 1.8,
      },
    },
  ],
};
