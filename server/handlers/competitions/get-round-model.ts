import { roundModel } from '../../views/competitions/round-model.ts';
import { os } from '../base.ts';

export const getRoundModel = os.competitions.getRoundModel.handler(({ input, context: { context } }) =>
  roundModel(context, input),
);
