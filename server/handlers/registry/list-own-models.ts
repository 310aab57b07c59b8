import { ownModelList } from '../../views/own-models.ts';
import { member, os } from '../base.ts';

export const listOwnModels = os.registry.listOwnModels.handler(({ input, context: { context, caller } }) =>
  ownModelList(context, member(caller), input),
);
