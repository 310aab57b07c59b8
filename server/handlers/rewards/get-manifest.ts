import { manifestOf } from '../../views/rewards/proofs.ts';
import { os } from '../base.ts';

export const getManifest = os.rewards.getManifest.handler(({ input, context: { context } }) =>
  manifestOf(context, input.number),
);
