import { undoEdits } from '../../flows/edit-models.ts';
import { asId, type EditSetId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const createUndo = os.registry.createUndo.handler(
  ({ input: { id, dry_run }, context: { context, caller } }) =>
    undoEdits(context, member(caller), { id: asId<EditSetId>(id), dry_run }),
);
