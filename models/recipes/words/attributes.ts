import { SOUND } from '../../contract/mood.ts';

/** What a word can say about a picture, a film or a piece. All run from -1 to 1 with 0 neutral. */
const LOOK = [
  'hue_cos',
  'hue_sin',
  'hue2_cos',
  'hue2_sin', // main and second hue as directions in OKLab
  'spectrum',
  'chroma',
  'light',
  'contrast',
  'detail',
  'warp',
  'rings',
  'stripes',
  'hardness',
  'glow',
  'relief',
  'sun',
  'stars',
  'water',
  'hills',
  'pace',
] as const;
/** Things that Spritelet can draw; a word's confidence alone says which one it means. */
export const THINGS = [
  'planet',
  'mushroom',
  'fish',
  'tree',
  'house',
  'flower',
  'potion',
  'ghost',
  'crystal',
  'rocket',
  'cat',
  'star',
  'heart',
  'cactus',
  'boat',
  'bird',
  'robot',
  'cake',
] as const;
export type Thing = (typeof THINGS)[number];

export const ATTRIBUTES = [...LOOK, ...SOUND, ...THINGS] as const;
export type Attribute = (typeof ATTRIBUTES)[number];
export const indexOf = (attribute: Attribute): number => ATTRIBUTES.indexOf(attribute);
