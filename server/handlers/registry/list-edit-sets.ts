import { editSetList } from '../../views/edit-sets.ts';
import { member, os } from '../base.ts';

export const listEditSets = os.registry.listEditSets.handler(({ input, context: { context, caller } }) =>
  editSetList(context, member(caller), input),
);
