import { round } from '../quantile.ts';
import { measureRoad } from '../generate.ts';
import { drain } from './drain.ts';
import { fairShareError } from './fairness.ts';
import { images } from './images.ts';
import { sandboxStart } from './sandbox.ts';

/** The generation service: what it adds to a model's own time, how fast its queue drains, how fair it is, what its models take. */
export async function benchGeneration(): Promise<Record<string, number>> {
  return {
    ...(await measureRoad()),
    drain_per_s: round(await drain('film')),
    drain_signed_per_s: round(await drain('picture')),
    fair_share_error: round(await fairShareError(), 3),
    ...(await sandboxStart()),
    ...(await images()),
  };
}
