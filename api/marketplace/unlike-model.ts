import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Likes } from './like-creation.ts';

export const unlikeModel = endpoint
  .route({
    method: 'DELETE',
    path: '/models/{slug}/like',
    tags: ['Community'],
    summary: 'Stop liking a model',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug }))
  .output(Likes);
