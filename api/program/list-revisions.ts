import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Revision } from './application-shapes.ts';

/** All of them at once: a handful at most. */
export const listRevisions = endpoint
  .route({
    method: 'GET',
    path: '/applications/{id}/revisions',
    tags: ['Program'],
    summary: 'What I submitted, newest first',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ items: z.array(Revision) }));
