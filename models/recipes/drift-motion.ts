import { flowField } from './flow-field.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';

export const driftMotion: Recipe = {
  slug: 'drift-motion',
  title: 'Drift Motion',
  modality: 'video',
  description:
    'Silk, smoke and liquid light that flow without a cut: every film loops seamlessly. Words set the colour, the texture and the pace.',
  creator: CREATORS.mira,
  licence: HOUSE_LICENCE,
  price_class: 'video-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('slow aurora silk over midnight blue'),
    ...fields.filmSides(),
    duration_s: fields.seconds('Length of the loop.'),
    pace: fields.pace(3),
    seed: fields.seed(),
  }),
  build: () => [
    {
      role: 'painter',
      file: 'painter.onnx',
      bytes: flowField({
        name: 'drift-motion',
        seed: 207,
        waves: 16,
        hidden: 20,
        moves: true,
        sliders: false,
      }),
    },
  ],
  samples: [
    {
      name: 'aurora-silk',
      seed: 5,
      input: { prompt: 'slow aurora silk', width: 384, height: 384, duration_s: 3, pace: 0 },
    },
    {
      name: 'lava',
      seed: 8,
      input: { prompt: 'molten lava, glowing', width: 384, height: 384, duration_s: 3, pace: 0 },
    },
    {
      name: 'rose-smoke',
      seed: 21,
      input: { prompt: 'pink and violet smoke, dreamy', width: 384, height: 384, duration_s: 3, pace: 0 },
    },
  ],
};
