/** How many models are compared at once. */
export const MODELS_MAX = 10;
/** Points on one line: more of them nobody tells apart. */
export const POINTS_MAX = 1_000;
/** A group of fewer people is not told by itself. */
export const PEOPLE_MIN = 5;
