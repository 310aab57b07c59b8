import { exploredModels } from '../../views/explore.ts';
import { os } from '../base.ts';

export const exploreModels = os.marketplace.exploreModels.handler(({ input, context: { context, caller } }) =>
  exploredModels(context, caller.account?.id ?? null, input),
);
