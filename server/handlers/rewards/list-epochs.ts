import { epochList } from '../../views/rewards/epochs.ts';
import { os } from '../base.ts';

export const listEpochs = os.rewards.listEpochs.handler(({ input, context: { context } }) =>
  epochList(context, input),
);
