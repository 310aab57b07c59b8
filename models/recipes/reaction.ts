import { bodyPainter, grower, seedling } from './organism.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, PICTURE_SIZES, type Recipe } from './recipe.ts';

export const reaction: Recipe = {
  slug: 'reaction',
  title: 'Reaction',
  modality: 'image',
  description:
    'Organisms that grow while you wait: corals, leopard spots, mazes, veins and foam, from two substances that feed on each other.',
  creator: CREATORS.petri,
  licence: HOUSE_LICENCE,
  price_class: 'image-standard',
  metering: { kind: 'pixels', width: 'width', height: 'height' },
  input_schema: inputSchema({
    prompt: fields.prompt('pink coral on deep blue'),
    width: fields.side('Width', PICTURE_SIZES, 'height'),
    height: fields.side('Height', PICTURE_SIZES, 'width'),
    cells: fields.cells(224, 320, 2),
    age: fields.age(200, 3),
    relief: fields.relief(4),
    seed: fields.seed(),
  }),
  build: () => [
    { role: 'seedling', file: 'seedling.onnx', bytes: seedling('reaction-seedling', 505) },
    { role: 'grower', file: 'grower.onnx', bytes: grower('reaction-grower') },
    { role: 'painter', file: 'painter.onnx', bytes: bodyPainter('reaction-painter', 506) },
  ],
  samples: [
    {
      name: 'pink-coral',
      seed: 1,
      input: { prompt: 'pink coral on deep blue', width: 512, height: 512, cells: 224, age: 200, relief: 0 },
    },
    {
      name: 'emerald-maze',
      seed: 3,
      input: { prompt: 'emerald maze', width: 512, height: 512, cells: 224, age: 200, relief: 0 },
    },
    {
      name: 'bubbles',
      seed: 14,
      input: { prompt: 'white bubbles on azure', width: 512, height: 512, cells: 224, age: 200, relief: 0 },
    },
    {
      name: 'ring-of-fire',
      seed: 16,
      input: { prompt: 'ring of fire', width: 512, height: 512, cells: 224, age: 200, relief: 0 },
    },
  ],
};
