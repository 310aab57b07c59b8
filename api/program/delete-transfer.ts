import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** Takes back an offer that was not answered. */
export const deleteTransfer = endpoint
  .route({
    method: 'DELETE',
    path: '/transfers/{id}',
    tags: ['Program'],
    summary: 'Take back the offer of a model',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.object({ id: Id }))
  .output(z.object({}));
