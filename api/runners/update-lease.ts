import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Fence, LeaseParams, LeaseProgress } from './shapes.ts';

/** The heartbeat: keeps the lease, tells how far the job is, and learns whether its payer has cancelled. */
export const updateLease = endpoint
  .route({
    method: 'PUT',
    path: '/runners/leases/{lease_id}',
    tags: ['Workers'],
    summary: 'Keep a lease',
  })
  .errors(may('LEASE_LOST'))
  .input(
    LeaseParams.extend({
      fence: Fence,
      started: z.boolean().default(false).meta({ description: 'The job runs now.' }),
      progress: LeaseProgress.nullable().default(null),
    }),
  )
  .output(z.object({ action: z.enum(['continue', 'cancel']), ttl_ms: z.int() }));
