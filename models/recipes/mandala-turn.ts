import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';
import { rosette } from './rosette.ts';

export const mandalaTurn: Recipe = {
  slug: 'mandala-turn',
  title: 'Mandala Turn',
  modality: 'video',
  description:
    'Carved rosettes whose rings turn against each other like clockwork, and breathe. The film closes on itself without a cut.',
  creator: CREATORS.rosace,
  licence: HOUSE_LICENCE,
  price_class: 'video-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('slow golden clockwork on black, twelve'),
    ...fields.filmSides(),
    duration_s: fields.seconds('Length of the loop.'),
    petals: fields.petals(3),
    pace: fields.pace(4),
    seed: fields.seed(),
  }),
  build: () => [
    {
      role: 'painter',
      file: 'painter.onnx',
      bytes: rosette({ name: 'mandala-turn', seed: 408, moves: true }),
    },
  ],
  samples: [
    {
      name: 'blue-lotus',
      seed: 2,
      input: { prompt: 'calm blue lotus, soft', width: 256, height: 256, duration_s: 2, petals: 0, pace: 0 },
    },
    {
      name: 'clockwork',
      seed: 1,
      input: {
        prompt: 'golden clock on black, twelve',
        width: 256,
        height: 256,
        duration_s: 2,
        petals: 0,
        pace: 0,
      },
    },
    {
      name: 'rainbow',
      seed: 3,
      input: { prompt: 'rainbow flower', width: 256, height: 256, duration_s: 2, petals: 0, pace: 0 },
    },
  ],
};
