import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Comment, CommentText } from './comment-shapes.ts';

export const updateComment = endpoint
  .route({ method: 'PATCH', path: '/comments/{id}', tags: ['Community'], summary: 'Say it otherwise' })
  .errors(may('NOT_FOUND', 'WORDS_REFUSED', 'EDIT_TOO_LATE'))
  .input(z.strictObject({ id: Id, text: CommentText }))
  .output(Comment);
