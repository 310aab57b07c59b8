import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Fence, LeaseParams, Sha256 } from './shapes.ts';

export const OUTPUTS_MAX = 8;
export const OUTPUT_BYTES_MAX = 100_000_000;

/** Sends what the job made, a file each; nothing counts before the completion names it. */
export const createOutput = endpoint
  .route({
    method: 'POST',
    path: '/runners/leases/{lease_id}/outputs/{place}',
    successStatus: 201,
    inputStructure: 'detailed',
    tags: ['Workers'],
    summary: 'Send an output',
  })
  .errors(may('LEASE_LOST', 'WORKER_SUSPENDED', 'FILE_TOO_LARGE', 'STORAGE_FULL'))
  .input(
    z.object({
      params: LeaseParams.extend({
        place: z.coerce
          .number()
          .int()
          .min(0)
          .max(OUTPUTS_MAX - 1),
      }),
      query: z.strictObject({ fence: Fence }),
      body: z.file(),
    }),
  )
  .output(z.object({ sha256: Sha256, bytes: z.int() }));
