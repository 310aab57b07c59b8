import { exploredCreators } from '../../views/explore.ts';
import { os } from '../base.ts';

export const exploreCreators = os.marketplace.exploreCreators.handler(({ input, context: { context } }) =>
  exploredCreators(context, input.search, input.limit),
);
