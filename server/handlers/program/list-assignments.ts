import { assignmentList } from '../../views/review.ts';
import { member, os } from '../base.ts';

export const listAssignments = os.program.listAssignments.handler(({ input, context: { context, caller } }) =>
  assignmentList(context, member(caller), input),
);
