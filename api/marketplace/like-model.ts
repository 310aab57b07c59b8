import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Likes } from './like-creation.ts';

export const likeModel = endpoint
  .route({ method: 'PUT', path: '/models/{slug}/like', tags: ['Community'], summary: 'Like a model' })
  .errors(may('NOT_FOUND', 'BLOCKED'))
  .input(z.strictObject({ slug: Slug }))
  .output(Likes);
