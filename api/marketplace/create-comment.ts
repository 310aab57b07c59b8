import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Below, Comment, CommentText, oneThing } from './comment-shapes.ts';

export const createComment = endpoint
  .route({ method: 'POST', path: '/comments', tags: ['Community'], summary: 'Comment on something' })
  .errors(may('NOT_FOUND', 'BLOCKED', 'WORDS_REFUSED', 'REPLY_TOO_DEEP'))
  .input(
    z
      .strictObject({ ...Below, reply_to: Id.optional(), text: CommentText })
      .refine(oneThing, 'name a creation or a model'),
  )
  .output(Comment);
