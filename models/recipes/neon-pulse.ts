import { melodyNet } from './melody/store.ts';
import { IN_BARS, melodyGraph } from './melody/train.ts';
import { moodReader } from './mood-reader.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, MUSIC_HINT, type Recipe } from './recipe.ts';

export const neonPulse: Recipe = {
  slug: 'neon-pulse',
  title: 'Neon Pulse',
  modality: 'music',
  description:
    'Dance music with a form: it builds up, drops, breaks and drops again around a hook that a network finds for your words. Synthwave, house, trance or breaks; the notes come along as MIDI.',
  creator: CREATORS.nightline,
  licence: HOUSE_LICENCE,
  price_class: 'music-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('fast neon night drive, epic', MUSIC_HINT),
    duration_s: fields.musicSeconds(
      30,
      'Length of the track. Fast ones have room for a break and a second drop from half a minute on; slow ones need 40 s.',
    ),
    groove: {
      type: 'string',
      title: 'Groove',
      description: 'Left to the words, or fixed: the beat, the bass and the range of the tempo.',
      default: 'from the words',
      enum: ['from the words', 'synthwave', 'house', 'trance', 'breaks'],
      'x-ui': { control: 'select', order: 2 },
    },
    scale: fields.scale(['minor', 'dorian', 'phrygian', 'mixolydian', 'major'], 3),
    seed: fields.seed(),
  }),
  build: (options) => [
    { role: 'reader', file: 'reader.onnx', bytes: moodReader('neon-pulse-reader') },
    { role: 'hook', file: 'hook.onnx', bytes: melodyGraph(melodyNet('hook', options), IN_BARS, 'hook') },
  ],
  samples: [
    {
      name: 'night-drive',
      seed: 4,
      input: {
        prompt: 'synthwave night drive, nostalgic',
        duration_s: 24,
        groove: 'from the words',
        scale: 'from the words',
      },
    },
    {
      name: 'laser-rave',
      seed: 7,
      input: {
        prompt: 'fast energetic laser party',
        duration_s: 20,
        groove: 'from the words',
        scale: 'from the words',
      },
    },
    {
      name: 'summer-house',
      seed: 2,
      input: {
        prompt: 'happy summer dance at sunset',
        duration_s: 20,
        groove: 'house',
        scale: 'from the words',
      },
    },
  ],
};
