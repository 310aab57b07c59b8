import { HARMONIES } from '../contract/sound.ts';
import { overtones } from './overtones.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, MUSIC_HINT, type Recipe } from './recipe.ts';

export const drone: Recipe = {
  slug: 'drone',
  title: 'Drone',
  modality: 'music',
  description:
    'Sound straight out of a network, without notes or instruments: a hundred partials and the noise of wind and surf that swell, fade into one another and come to rest. For depth, tension, sleep and space.',
  creator: CREATORS.petri,
  licence: HOUSE_LICENCE,
  price_class: 'music-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('deep space, calm and dark', MUSIC_HINT),
    duration_s: fields.musicSeconds(30),
    harmony: {
      type: 'string',
      title: 'Harmony',
      description: 'Left to the mood of the words, or fixed.',
      default: 'from the words',
      enum: [...HARMONIES],
      'x-ui': { control: 'select', order: 2 },
    },
    motion: fields.slider(
      'Motion',
      'How quickly chords and colours change; the words count too.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      3,
    ),
    seed: fields.seed(),
  }),
  build: () => [{ role: 'sound', file: 'sound.onnx', bytes: overtones('drone') }],
  samples: [
    {
      name: 'deep-space',
      seed: 3,
      input: { prompt: 'deep space, calm and dark', duration_s: 24, harmony: 'from the words', motion: 0 },
    },
    {
      name: 'ocean-dawn',
      seed: 5,
      input: {
        prompt: 'hopeful dawn over the ocean waves',
        duration_s: 24,
        harmony: 'from the words',
        motion: 0.2,
      },
    },
    {
      name: 'eerie-cave',
      seed: 9,
      input: {
        prompt: 'eerie shadow, haunting storm',
        duration_s: 20,
        harmony: 'from the words',
        motion: 0.3,
      },
    },
  ],
};
