import { exploredCreations } from '../../views/explore-creations.ts';
import { os } from '../base.ts';

export const exploreCreations = os.marketplace.exploreCreations.handler(
  ({ input, context: { context, caller } }) => exploredCreations(context, caller.account?.id ?? null, input),
);
