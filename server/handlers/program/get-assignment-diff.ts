import { asId, type AssignmentId } from '../../ids.ts';
import { blindDiff } from '../../views/revision-diff.ts';
import { member, os } from '../base.ts';

export const getAssignmentDiff = os.program.getAssignmentDiff.handler(
  ({ input, context: { context, caller } }) =>
    blindDiff(context, member(caller), asId<AssignmentId>(input.id)),
);
