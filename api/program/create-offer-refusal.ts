import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** Declines the agreement offered; the application is withdrawn with it. */
export const createOfferRefusal = endpoint
  .route({
    method: 'POST',
    path: '/offers/{id}/refusals',
    tags: ['Program'],
    summary: 'Decline an agreement',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({}));
