import { bodyPainter, grower, seedling } from './organism.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';

export const morphogenesis: Recipe = {
  slug: 'morphogenesis',
  title: 'Morphogenesis',
  modality: 'video',
  description:
    'The growth of an organism from its first cells: spots divide, corals branch, mazes close. Words choose the creature, its colours and how many there are.',
  creator: CREATORS.petri,
  licence: HOUSE_LICENCE,
  price_class: 'video-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('one golden coral in the dark sea'),
    ...fields.filmSides(),
    duration_s: fields.seconds('Length of the film; a longer one shows the same growth more slowly.'),
    cells: fields.cells(176, 256, 3),
    age: fields.age(240, 4),
    relief: fields.relief(5),
    seed: fields.seed(),
  }),
  build: () => [
    { role: 'seedling', file: 'seedling.onnx', bytes: seedling('morphogenesis-seedling', 509) },
    { role: 'grower', file: 'grower.onnx', bytes: grower('morphogenesis-grower') },
    { role: 'painter', file: 'painter.onnx', bytes: bodyPainter('morphogenesis-painter', 510) },
  ],
  samples: [
    {
      name: 'crimson-maze',
      seed: 3,
      input: {
        prompt: 'crimson maze',
        width: 320,
        height: 320,
        duration_s: 2,
        cells: 176,
        age: 240,
        relief: 0,
      },
    },
    {
      name: 'pastel-foam',
      seed: 4,
      input: {
        prompt: 'pastel foam',
        width: 320,
        height: 320,
        duration_s: 2,
        cells: 176,
        age: 240,
        relief: 0,
      },
    },
    {
      name: 'golden-coral',
      seed: 8,
      input: {
        prompt: 'golden coral in the dark sea',
        width: 320,
        height: 320,
        duration_s: 2,
        cells: 176,
        age: 240,
        relief: 0,
      },
    },
  ],
};
