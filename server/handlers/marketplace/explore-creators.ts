import { exploredCreators } from '../../views/explore.ts';
import { os } from '../base.ts';

export const exploreCreators = os.marketplace.exploreCreators.handler(
  ({ input, context: { context, caller } }) =>
    exploredCreators(context, caller.account?.id ?? null, input.search, input.limit),
);
