import * as z from 'zod';
import { endpoint, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { Books } from './shapes.ts';

/** Nothing in it is about a single person. The answer may be kept for some seconds. */
export const getBooks = endpoint
  .route({
    method: 'GET',
    path: '/books',
    tags: ['Books'],
    summary: 'What is owed, and what stands behind it',
  })
  .errors(may('NOT_YET'))
  .input(
    z.strictObject({
      at: Instant.optional().meta({ description: 'The books as they were before this instant.' }),
    }),
  )
  .output(Books);
