import * as z from 'zod';
import { endpoint, page, paged, PersonRef } from '../base.ts';
import { may } from '../errors.ts';

/** Those who show or say nothing themselves are counted (`followers` of the creator) and not named. */
export const listFollowers = endpoint
  .route({
    method: 'GET',
    path: '/creators/{handle}/followers',
    tags: ['Community'],
    summary: 'Who follows somebody, the last first',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ handle: z.string().max(30), ...paged(40) }))
  .output(page(PersonRef));
