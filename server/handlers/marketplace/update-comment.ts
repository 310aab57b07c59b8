import { editComment } from '../../flows/comment.ts';
import { asId, type CommentId } from '../../ids.ts';
import { commentFor } from '../../views/comments.ts';
import { member, os } from '../base.ts';

export const updateComment = os.marketplace.updateComment.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<CommentId>(input.id);
    await editComment(context, me, id, input.text);
    return commentFor(context, me, id);
  },
);
