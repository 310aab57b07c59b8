import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';
import { stainedGlass } from './window.ts';

const SIZES: [number, number][] = [
  [512, 768],
  [512, 512],
  [768, 512],
  [1024, 1024],
  [576, 1024],
];

export const vitrail: Recipe = {
  slug: 'vitrail',
  title: 'Vitrail',
  modality: 'image',
  description:
    'Landscapes and rose windows in stained glass, leaded and lit from behind. Name the hour, the land, the water and the colours of the glass.',
  creator: CREATORS.rosace,
  licence: HOUSE_LICENCE,
  price_class: 'image-standard',
  metering: { kind: 'pixels', width: 'width', height: 'height' },
  input_schema: inputSchema({
    prompt: fields.prompt('amber sunset over a violet lake'),
    width: fields.side('Width', SIZES, 'height'),
    height: fields.side('Height', SIZES, 'width'),
    panes: fields.slider(
      'Panes',
      'Few large panes on the left, many small ones on the right.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      2,
    ),
    seed: fields.seed(),
  }),
  build: () => [{ role: 'painter', file: 'painter.onnx', bytes: stainedGlass('vitrail', 606) }],
  samples: [
    {
      name: 'violet-lake',
      seed: 1,
      input: { prompt: 'amber sunset over a violet lake', width: 512, height: 768, panes: 0 },
    },
    {
      name: 'rose-window',
      seed: 3,
      input: { prompt: 'blue rose window, cathedral', width: 512, height: 512, panes: 0 },
    },
    {
      name: 'golden-hills',
      seed: 2,
      input: { prompt: 'golden hills, morning sun', width: 512, height: 512, panes: 0 },
    },
    {
      name: 'starry-mountains',
      seed: 5,
      input: { prompt: 'starry night mountains, purple', width: 512, height: 768, panes: 0 },
    },
  ],
};
