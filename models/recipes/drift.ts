import { flowField } from './flow-field.ts';
import { CREATORS, fields, HOUSE_LICENCE, inputSchema, PICTURE_SIZES, type Recipe } from './recipe.ts';

export const drift: Recipe = {
  slug: 'drift',
  title: 'Drift',
  modality: 'image',
  description:
    'Liquid silk and molten metal in any colour you can name. Say a mood, a material or a place and watch it flow.',
  creator: CREATORS.mira,
  licence: HOUSE_LICENCE,
  price_class: 'image-standard',
  metering: { kind: 'pixels', width: 'width', height: 'height' },
  input_schema: inputSchema({
    prompt: fields.prompt('golden silk in soft morning light'),
    width: fields.side('Width', PICTURE_SIZES, 'height'),
    height: fields.side('Height', PICTURE_SIZES, 'width'),
    detail: fields.slider(
      'Detail',
      'Broad sweeps on the left, fine folds on the right.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      2,
    ),
    gloss: fields.slider(
      'Gloss',
      'From matt cloth to polished metal.',
      { low: -1, high: 1, step: 0.1, initial: 0 },
      3,
    ),
    seed: fields.seed(),
  }),
  build: () => [
    {
      role: 'painter',
      file: 'painter.onnx',
      bytes: flowField({ name: 'drift', seed: 101, waves: 20, hidden: 28, moves: false, sliders: true }),
    },
  ],
  samples: [
    {
      name: 'golden-silk',
      seed: 15,
      input: { prompt: 'golden silk', width: 512, height: 512, detail: 0, gloss: 0.3 },
    },
    {
      name: 'calm-ocean',
      seed: 12,
      input: { prompt: 'calm blue ocean at dawn', width: 768, height: 512, detail: 0, gloss: 0 },
    },
    {
      name: 'emerald-marble',
      seed: 18,
      input: { prompt: 'emerald marble, intricate', width: 512, height: 512, detail: 0, gloss: 0.2 },
    },
    {
      name: 'neon-rainbow',
      seed: 22,
      input: { prompt: 'rainbow chrome, neon', width: 512, height: 768, detail: 0.2, gloss: 0.4 },
    },
  ],
};
