import { landscape } from './landscape.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, type Recipe } from './recipe.ts';

const SIZES: [number, number][] = [
  [768, 512],
  [512, 512],
  [512, 768],
  [1024, 576],
  [1024, 1024],
];

export const horizon: Recipe = {
  slug: 'horizon',
  title: 'Horizon',
  modality: 'image',
  description:
    'Places that do not exist: ridges in mist, lakes at dusk, deserts under strange suns. Name the hour, the weather and the colours.',
  creator: CREATORS.oduya,
  licence: HOUSE_LICENCE,
  price_class: 'image-standard',
  metering: { kind: 'pixels', width: 'width', height: 'height' },
  input_schema: inputSchema({
    prompt: fields.prompt('sunset over a calm ocean, pink clouds'),
    width: fields.side('Width', SIZES, 'height'),
    height: fields.side('Height', SIZES, 'width'),
    sun_height: fields.slider(
      'Sun',
      'From behind the ridge to high in the sky.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      2,
    ),
    seed: fields.seed(),
  }),
  build: () => [{ role: 'painter', file: 'painter.onnx', bytes: landscape('horizon', 303) }],
  samples: [
    {
      name: 'sunset-ocean',
      seed: 11,
      input: { prompt: 'sunset over the ocean, pink clouds', width: 768, height: 512, sun_height: 0 },
    },
    {
      name: 'starry-mountains',
      seed: 17,
      input: { prompt: 'starry night over purple mountains', width: 768, height: 512, sun_height: 0.2 },
    },
    {
      name: 'misty-ridges',
      seed: 14,
      input: { prompt: 'misty blue mountains', width: 512, height: 512, sun_height: 0 },
    },
    {
      name: 'golden-lake',
      seed: 19,
      input: { prompt: 'golden dawn lake', width: 768, height: 512, sun_height: -0.2 },
    },
  ],
};
