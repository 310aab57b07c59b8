import { chamber } from './chamber.ts';
import { drift } from './drift.ts';
import { driftMotion } from './drift-motion.ts';
import { drone } from './drone.ts';
import { horizon } from './horizon.ts';
import { horizonTimelapse } from './horizon-timelapse.ts';
import { mandala } from './mandala.ts';
import { mandalaTurn } from './mandala-turn.ts';
import { morphogenesis } from './morphogenesis.ts';
import { reaction } from './reaction.ts';
import { neonPulse } from './neon-pulse.ts';
import type { Recipe } from './recipe.ts';
import { stillGarden } from './still-garden.ts';
import { spriteMorph } from './sprite-morph.ts';
import { spritelet } from './spritelet.ts';
import { vitrail } from './vitrail.ts';

export const recipes: Recipe[] = [
  drift,
  horizon,
  spritelet,
  mandala,
  reaction,
  vitrail,
  driftMotion,
  horizonTimelapse,
  mandalaTurn,
  morphogenesis,
  spriteMorph,
  chamber,
  neonPulse,
  stillGarden,
  drone,
];
