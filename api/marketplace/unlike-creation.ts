import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Likes } from './like-creation.ts';

export const unlikeCreation = endpoint
  .route({ method: 'DELETE', path: '/creations/{id}/like', tags: ['Community'], summary: 'Stop liking it' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Likes);
