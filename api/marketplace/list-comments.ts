import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { Below, Comment, oneThing } from './comment-shapes.ts';

export const listComments = endpoint
  .route({ method: 'GET', path: '/comments', tags: ['Community'], summary: 'Comments, newest first' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ ...Below, ...paged(20) }).refine(oneThing, 'name a creation or a model'))
  .output(page(Comment));
