import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Generation } from './shapes.ts';

/** Cancels at once when it waits, within seconds when it runs. What is cancelled is not charged. */
export const createCancellation = endpoint
  .route({
    method: 'POST',
    path: '/generations/{id}/cancellation',
    tags: ['Generation'],
    summary: 'Cancel a generation',
  })
  .errors(may('NOT_FOUND', 'ALREADY_ENDED'))
  .input(z.strictObject({ id: Id }))
  .output(Generation);
