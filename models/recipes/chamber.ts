import { MOOD } from '../contract/mood.ts';
import { Graph } from './onnx/graph.ts';
import { melodyGraph } from './melody/train.ts';
import { melodyNet } from './melody/store.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';
import { readPrompt } from './words/encoder.ts';

/** prompt -> mood: f32[1, MOOD] */
function moodReader(): Uint8Array {
  const graph = new Graph();
  const prompt = readPrompt(graph);
  graph.output(
    graph.concat(
      MOOD.map((name) => prompt.value(name)),
      1,
    ),
    'mood',
    'f32',
    [1, MOOD.length],
  );
  return graph.finish('chamber-reader');
}

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
    prompt: fields.prompt('hopeful piano at dawn, gentle'),
    duration_s: {
      type: 'integer',
      title: 'Seconds',
      description: 'Length of the piece.',
      default: 24,
      minimum: 8,
      maximum: 90,
      'x-ui': { control: 'slider', step: 1, unit: 's', order: 1 },
    },
    scale: {
      type: 'string',
      title: 'Scale',
      description: 'Left to the mood of the words, or fixed.',
      default: 'from the words',
      enum: ['from the words', 'major', 'minor', 'lydian', 'dorian', 'phrygian'],
      'x-ui': { control: 'select', order: 2 },
    },
    seed: fields.seed(),
  }),
  build: (options) => [
    { role: 'reader', file: 'reader.onnx', bytes: moodReader() },
    { role: 'melody', file: 'melody.onnx', bytes: melodyGraph(melodyNet(options)) },
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
