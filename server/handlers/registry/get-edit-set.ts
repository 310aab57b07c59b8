import { asId, type EditSetId } from '../../ids.ts';
import { editSet } from '../../views/edit-sets.ts';
import { member, os } from '../base.ts';

export const getEditSet = os.registry.getEditSet.handler(({ input: { id }, context: { context, caller } }) =>
  editSet(context, member(caller), asId<EditSetId>(id)),
);
