import { commentList } from '../../views/comments.ts';
import { os } from '../base.ts';

export const listComments = os.marketplace.listComments.handler(({ input, context: { context, caller } }) =>
  commentList(context, caller.account?.id ?? null, input),
);
