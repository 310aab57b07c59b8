import { sayToOwnPanel } from '../../flows/review.ts';
import { asId, type AssignmentId } from '../../ids.ts';
import { assignmentPage } from '../../views/review.ts';
import { member, os } from '../base.ts';

export const createPanelRemark = os.program.createPanelRemark.handler(
  async ({ input, context: { context, caller } }) => {
    const mine = { reviewer_id: member(caller), assignment_id: asId<AssignmentId>(input.id) };
    await sayToOwnPanel(context, { ...mine, text: input.text });
    return assignmentPage(context, mine.reviewer_id, mine.assignment_id);
  },
);
