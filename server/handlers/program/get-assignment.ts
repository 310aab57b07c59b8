import { asId, type AssignmentId } from '../../ids.ts';
import { assignmentPage } from '../../views/review.ts';
import { member, os } from '../base.ts';

export const getAssignment = os.program.getAssignment.handler(({ input, context: { context, caller } }) =>
  assignmentPage(context, member(caller), asId<AssignmentId>(input.id)),
);
