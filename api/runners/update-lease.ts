import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Fence, LeaseParams, LeaseProgress } from './shapes.ts';

/** What a look at the work in the making may weigh. */
export const PREVIEW_BYTES_MAX = 45_000;

/**
 * The heartbeat: keeps the lease, tells how far the job is, and learns whether its payer has cancelled. What comes too
 * often of a preview or a log is let fall; a preview of a machine that is not trusted is shown to nobody.
 */
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
      preview: z
        .base64()
        .max(Math.ceil(PREVIEW_BYTES_MAX / 3) * 4)
        .nullable()
        .default(null)
        .meta({ description: 'A small picture of the work in the making, as JPEG, PNG or WebP.' }),
      log: z
        .string()
        .max(300)
        .nullable()
        .default(null)
        .meta({ description: 'The last line of what the model says.' }),
    }),
  )
  .output(z.object({ action: z.enum(['continue', 'cancel']), ttl_ms: z.int() }));
