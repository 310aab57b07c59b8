import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage } from './shapes.ts';

/** Takes back what you proposed. */
export const deleteCollaboration = endpoint
  .route({
    method: 'DELETE',
    path: '/collaborations/{id}',
    tags: ['Collaborations'],
    summary: 'Take a proposal back',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id }))
  .output(CollaborationPage);
