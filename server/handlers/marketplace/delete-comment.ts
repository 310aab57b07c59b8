import { deleteComment as remove } from '../../flows/comment.ts';
import { asId, type CommentId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteComment = os.marketplace.deleteComment.handler(
  async ({ input, context: { context, caller } }) => {
    await remove(context, member(caller), asId<CommentId>(input.id));
    return { deleted: true as const };
  },
);
