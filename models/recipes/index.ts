import { chamber } from './chamber.ts';
import { drift } from './drift.ts';
import { driftMotion } from './drift-motion.ts';
import { horizon } from './horizon.ts';
import type { Recipe } from './recipe.ts';
import { spritelet } from './spritelet.ts';

export const recipes: Recipe[] = [drift, horizon, spritelet, driftMotion, chamber];
