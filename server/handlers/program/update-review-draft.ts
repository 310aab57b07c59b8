import { saveReview } from '../../flows/review.ts';
import { asId, type AssignmentId } from '../../ids.ts';
import { assignmentPage } from '../../views/review.ts';
import { member, os } from '../base.ts';
import { asDraft } from './review-draft.ts';
export const updateReviewDraft = os.program.updateReviewDraft.handler(
  async ({ input, context: { context, caller } }) => {
    const mine = { reviewer_id: member(caller), assignment_id: asId<AssignmentId>(input.id) };
    await saveReview(context, {
      ...mine,
      draft: asDraft(input.draft),
      notes: input.notes,
      draft_version: input.draft_version,
    });
    return assignmentPage(context, mine.reviewer_id, mine.assignment_id);
  },
);
