import type { ModelPage } from '#web/api-types.ts';
import { percent } from '../credits.ts';

const MILLION = 1_000_000;

/** The parts of a price by the model's agreement and split, before any rounding to micro-credits. */
export function partsOf({ agreement, split }: Pick<ModelPage, 'agreement' | 'split'>) {
  const people = split.parts.map((part) => {
    const ppm = Math.round((agreement.share_ppm * part.part_ppm) / MILLION);
    return {
      name: part.person.display_name,
      handle: part.person.handle,
      role: part.role,
      ppm,
      platform: false,
    };
  });
  const platform = {
    name: 'Stellary',
    handle: null,
    role: 'platform',
    ppm: MILLION - agreement.share_ppm,
    platform: true,
  };
  return [...people, platform].map((part) => ({ ...part, label: `${part.name} ${percent(part.ppm)}` }));
}
