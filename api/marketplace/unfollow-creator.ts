import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Follow } from './follow-creator.ts';

export const unfollowCreator = endpoint
  .route({
    method: 'DELETE',
    path: '/creators/{handle}/follow',
    tags: ['Models'],
    summary: 'Stop following a creator',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ handle: z.string().max(30) }))
  .output(Follow);
