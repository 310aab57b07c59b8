import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage } from './shapes.ts';

/** Writes to the other; only the two of you read it. */
export const createCollaborationMessage = endpoint
  .route({
    method: 'POST',
    path: '/collaborations/{id}/messages',
    successStatus: 201,
    tags: ['Collaborations'],
    summary: 'Write about a collaboration',
  })
  .errors(may('NOT_FOUND', 'BLOCKED', 'WORDS_REFUSED'))
  .input(z.strictObject({ id: Id, text: z.string().trim().min(1).max(2000) }))
  .output(CollaborationPage);
