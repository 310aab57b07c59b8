import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Subject } from './shapes.ts';

/**
 * Tells what an id is, where its money lies, and what each act would do to whom: to be looked at before the
 * act is done. It changes nothing. What was asked for and what came out of a generation is not shown.
 */
export const getSubject = endpoint
  .route({
    method: 'GET',
    path: '/finance/subjects/{id}',
    tags: ['Finance'],
    summary: 'What an id is, and what may be done',
  })
  .errors(may('NOT_AN_ID', 'SUBJECT_UNKNOWN'))
  .input(
    z.strictObject({
      id: z.string().trim().min(1).max(500).meta({
        description:
          'The id of a generation, purchase, case, adjustment or refund, a link that has it in it, or a handle.',
      }),
    }),
  )
  .output(Subject);
