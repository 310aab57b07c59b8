import { melodyNet } from './melody/store.ts';
import { IN_PHRASES, melodyGraph } from './melody/train.ts';
import { moodReader } from './mood-reader.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, MUSIC_HINT, type Recipe } from './recipe.ts';

const SCALES = [
  ...['major pentatonic', 'yo', 'suspended', 'minor pentatonic'],
  ...['kumoi', 'hirajoshi', 'in-sen', 'iwato'],
];

export const stillGarden: Recipe = {
  slug: 'still-garden',
  title: 'Still Garden',
  modality: 'music',
  description:
    'Music in free time on five tones: a koto, a music box, a thumb piano or a dulcimer says a phrase, breathes, and says another. Wind bells, a low string and much silence around it. Comes with its notes as MIDI.',
  creator: CREATORS.shizuku,
  licence: HOUSE_LICENCE,
  price_class: 'music-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('koto in the moonlight, lonely', MUSIC_HINT),
    duration_s: fields.musicSeconds(30),
    instrument: {
      type: 'string',
      title: 'Instrument',
      description: 'Left to the words, or fixed.',
      default: 'from the words',
      enum: ['from the words', 'koto', 'music box', 'thumb piano', 'dulcimer'],
      'x-ui': { control: 'select', order: 2 },
    },
    scale: fields.scale(SCALES, 3),
    seed: fields.seed(),
  }),
  build: (options) => [
    { role: 'reader', file: 'reader.onnx', bytes: moodReader('still-garden-reader') },
    {
      role: 'phrase',
      file: 'phrase.onnx',
      bytes: melodyGraph(melodyNet('phrase', options), IN_PHRASES, 'phrase'),
    },
  ],
  samples: [
    {
      name: 'moonlit-koto',
      seed: 3,
      input: {
        prompt: 'koto in the moonlight, lonely',
        duration_s: 24,
        instrument: 'from the words',
        scale: 'from the words',
      },
    },
    {
      name: 'music-box-snow',
      seed: 5,
      input: {
        prompt: 'happy musicbox in falling snow',
        duration_s: 20,
        instrument: 'from the words',
        scale: 'from the words',
      },
    },
    {
      name: 'drums-in-the-rain',
      seed: 8,
      input: {
        prompt: 'drums and strings in a storm, tense',
        duration_s: 20,
        instrument: 'dulcimer',
        scale: 'in-sen',
      },
    },
  ],
};
