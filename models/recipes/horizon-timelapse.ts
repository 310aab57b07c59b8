import { landscape } from './landscape.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';

export const horizonTimelapse: Recipe = {
  slug: 'horizon-timelapse',
  title: 'Horizon Timelapse',
  modality: 'video',
  description:
    'A day over land that does not exist: clouds stream, the sun crosses, stars and a moon come out. Name the hour, the land and the colours.',
  creator: CREATORS.oduya,
  licence: HOUSE_LICENCE,
  price_class: 'video-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('sunset over a calm lake, pink clouds'),
    ...fields.filmSides([
      [512, 288],
      [384, 384],
      [288, 512],
      [512, 512],
    ]),
    duration_s: fields.seconds('Length of the film.'),
    hours: {
      type: 'integer',
      title: 'Hours',
      description: 'How much of the day passes around the hour of your words; 24 close the loop.',
      default: 24,
      minimum: 2,
      maximum: 24,
      'x-ui': { control: 'slider', step: 1, unit: 'h', order: 3 },
    },
    pace: fields.slider(
      'Wind',
      'Calm on the left, a gale on the right; words like "calm" or "storm" count too.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      4,
    ),
    seed: fields.seed(),
  }),
  build: () => [{ role: 'painter', file: 'painter.onnx', bytes: landscape('horizon-timelapse', 307, true) }],
  samples: [
    {
      name: 'lake-at-sunset',
      seed: 1,
      input: {
        prompt: 'sunset over a calm lake, pink clouds',
        width: 448,
        height: 256,
        duration_s: 3,
        hours: 24,
        pace: 0,
      },
    },
    {
      name: 'violet-night',
      seed: 3,
      input: {
        prompt: 'starry night, violet mountains',
        width: 448,
        height: 256,
        duration_s: 3,
        hours: 24,
        pace: 0,
      },
    },
    {
      name: 'arctic-day',
      seed: 6,
      input: { prompt: 'arctic dawn', width: 448, height: 256, duration_s: 3, hours: 24, pace: 0 },
    },
  ],
};
