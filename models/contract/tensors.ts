/** Sizes that the engine and the recipes agree on: contract `painter/1`. */

/** length of a painter's `noise` input */
export const NOISE = 64;
