import { writeComment } from '../../flows/comment.ts';
import { commentFor } from '../../views/comments.ts';
import { member, os } from '../base.ts';

export const createComment = os.marketplace.createComment.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return commentFor(context, me, await writeComment(context, me, input));
  },
);
