import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage } from './shapes.ts';

/** Declines. */
export const createCollaborationRefusal = endpoint
  .route({
    method: 'POST',
    path: '/collaborations/{id}/refusal',
    successStatus: 201,
    tags: ['Collaborations'],
    summary: 'Decline an offer',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id }))
  .output(CollaborationPage);
