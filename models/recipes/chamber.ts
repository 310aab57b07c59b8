import { IN_BARS, melodyGraph } from './melody/train.ts';
import { melodyNet } from './melody/store.ts';
import { moodReader } from './mood-reader.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, MUSIC_HINT, type Recipe } from './recipe.ts';

export const chamber: Recipe = {
  slug: 'chamber',
  title: 'Chamber',
  modality: 'music',
  description:
    'A small ensemble writes and plays a piece for your words: strings of plucks, warm keys, bells, pads and a light kit. Comes with its score as MIDI.',
  creator: CREATORS.tonfall,
  licence: HOUSE_LICENCE,
  price_class: 'music-standard',
  metering: { kind: 'seconds', field: 'duration_s' },
  input_schema: inputSchema({
    prompt: fields.prompt('hopeful piano at dawn, gentle', MUSIC_HINT),
    duration_s: fields.musicSeconds(24),
    scale: fields.scale(['major', 'minor', 'lydian', 'dorian', 'phrygian'], 2),
    seed: fields.seed(),
  }),
  build: (options) => [
    { role: 'reader', file: 'reader.onnx', bytes: moodReader('chamber-reader') },
    {
      role: 'melody',
      file: 'melody.onnx',
      bytes: melodyGraph(melodyNet('melody', options), IN_BARS, 'melody'),
    },
  ],
  samples: [
    {
      name: 'piano-dawn',
      seed: 6,
      input: { prompt: 'hopeful piano at dawn, gentle', duration_s: 12, scale: 'from the words' },
    },
    {
      name: 'neon-dance',
      seed: 5,
      input: { prompt: 'energetic neon dance party', duration_s: 9, scale: 'from the words' },
    },
    {
      name: 'snow-bells',
      seed: 8,
      input: { prompt: 'happy musicbox bells in the snow', duration_s: 8, scale: 'from the words' },
    },
  ],
};
