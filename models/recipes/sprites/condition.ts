import { THINGS } from '../words/attributes.ts';
import type { Specimen } from './corpus.ts';

/** What the flow is told, in this order: the thing (one of many), the coat, the ground. Zeros mean "unsaid". */
const COAT_AT = THINGS.length;
const GROUND_AT = COAT_AT + 4;
export const CONDITION = GROUND_AT + 2;

export type Said = { thing: boolean; coat: boolean; ground: boolean };

export function writeCondition({ thing, coat, ground }: Specimen, said: Said, into: Float32Array): void {
  into.fill(0);
  if (said.thing) into[thing] = 1;
  if (said.coat) {
    const { hue, vivid, light } = coat;
    into.set([Math.cos(hue) * vivid, Math.sin(hue) * vivid, light, 1], COAT_AT);
  }
  if (said.ground) into.set([ground, 1], GROUND_AT);
}
