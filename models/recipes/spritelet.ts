import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';
import { decoderGraph, flowGraph, readerGraph } from './sprites/graphs.ts';
import { trainedFlow } from './sprites/store.ts';

export const spritelet: Recipe = {
  slug: 'spritelet',
  title: 'Spritelet',
  modality: 'image',
  description:
    'Little pixel-art things in any colour: cats, rockets, potions, cakes and fourteen more. A diffusion-style model raised from nothing on its own drawings.',
  creator: CREATORS.oduya,
  licence: HOUSE_LICENCE,
  price_class: 'image-standard',
  metering: { kind: 'pixels', width: 'size', height: 'size' },
  input_schema: inputSchema({
    prompt: fields.prompt('a purple cat'),
    size: {
      type: 'integer',
      title: 'Size',
      description: 'Side in pixels; a sprite has 48 by 48 large ones.',
      default: 576,
      enum: [384, 576, 768, 960],
      'x-ui': { control: 'select', unit: 'px', order: 1 },
    },
    steps: {
      type: 'integer',
      title: 'Steps',
      description: 'How many steps lead from noise to sprite. More are cleaner, up to a point.',
      default: 24,
      minimum: 6,
      maximum: 60,
      'x-ui': { control: 'slider', step: 1, order: 2 },
    },
    guidance: fields.slider(
      'Guidance',
      'How strictly the words are kept.',
      { low: 1, high: 4, step: 0.1, initial: 1.8 },
      3,
    ),
    seed: fields.seed(),
  }),
  async build(options) {
    const trained = await trainedFlow(options);
    return [
      { role: 'reader', file: 'reader.onnx', bytes: readerGraph() },
      { role: 'flow', file: 'flow.onnx', bytes: flowGraph(trained) },
      { role: 'decoder', file: 'decoder.onnx', bytes: decoderGraph(trained) },
    ];
  },
  samples: [
    { name: 'purple-cat', seed: 3, input: { prompt: 'a purple cat', size: 576, steps: 24, guidance: 1.8 } },
    {
      name: 'red-mushroom',
      seed: 4,
      input: { prompt: 'red mushroom in the sun', size: 576, steps: 24, guidance: 1.8 },
    },
    {
      name: 'blue-rocket',
      seed: 8,
      input: { prompt: 'blue rocket among the stars', size: 576, steps: 24, guidance: 1.8 },
    },
    { name: 'pink-cake', seed: 5, input: { prompt: 'pink cake', size: 576, steps: 24, guidance: 1.8 } },
  ],
};
