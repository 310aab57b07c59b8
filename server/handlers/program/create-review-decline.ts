import { declineReview } from '../../flows/review.ts';
import { asId, type AssignmentId } from '../../ids.ts';
import { assignmentPage } from '../../views/review.ts';
import { member, os } from '../base.ts';

export const createReviewDecline = os.program.createReviewDecline.handler(
  async ({ input, context: { context, caller } }) => {
    const mine = { reviewer_id: member(caller), assignment_id: asId<AssignmentId>(input.id) };
    await declineReview(context, { ...mine, reason: input.reason, conflict: input.conflict });
    return assignmentPage(context, mine.reviewer_id, mine.assignment_id);
  },
);
