import { editModels } from '../../flows/edit-models.ts';
import { member, os } from '../base.ts';

export const createEditSet = os.registry.createEditSet.handler(({ input, context: { context, caller } }) =>
  editModels(context, member(caller), input),
);
