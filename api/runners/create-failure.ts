import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Fence, LeaseParams } from './shapes.ts';

export const FailureCode = z.enum([
  'invalid_input',
  'model_error',
  'model_invalid',
  'out_of_memory',
  'timeout',
  'output_rejected',
  'engine_crashed',
  'runner_unavailable',
  'policy_blocked',
  'cancelled',
  'storage_full',
  'runner_broke',
]);

/** The job came to nothing. It is tried again where that may help; else it ends, and nobody is charged. */
export const createFailure = endpoint
  .route({
    method: 'POST',
    path: '/runners/leases/{lease_id}/failures',
    tags: ['Workers'],
    summary: 'Report a failure',
  })
  .errors(may('LEASE_LOST'))
  .input(
    LeaseParams.extend({
      fence: Fence,
      code: FailureCode,
      message: z.string().max(500),
      retryable: z.boolean(),
    }),
  )
  .output(z.object({ noted: z.literal(true) }));
