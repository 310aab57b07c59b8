import { exploredSamples } from '../../views/explore.ts';
import { os } from '../base.ts';

export const exploreSamples = os.marketplace.exploreSamples.handler(
  ({ input, context: { context, caller } }) => exploredSamples(context, caller.account?.id ?? null, input),
);
