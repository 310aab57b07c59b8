/** What words say about sound; each -1..1. */
export const SOUND = [
  'tempo',
  'valence',
  'energy',
  'density',
  'register',
  'brightness',
  'reverb',
  'swing',
  'percussion',
  'pluck',
  'pad',
  'bell',
  'keys',
] as const;

/** What a `reader` network of a music release says about a prompt, in this order; each -1..1. */
export const MOOD = [
  ...SOUND,
  'hue_cos',
  'hue_sin',
  'light', // colours of the score picture
] as const;
export type Mood = Record<(typeof MOOD)[number], number>;
