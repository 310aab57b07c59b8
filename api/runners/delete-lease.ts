import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Fence, LeaseParams } from './shapes.ts';

/** Gives a job back undone: it waits for somebody else, and the attempt does not count. */
export const deleteLease = endpoint
  .route({
    method: 'DELETE',
    path: '/runners/leases/{lease_id}',
    tags: ['Workers'],
    summary: 'Give a job back',
  })
  .errors(may('LEASE_LOST'))
  .input(LeaseParams.extend({ fence: Fence }))
  .output(z.object({ released: z.literal(true) }));
