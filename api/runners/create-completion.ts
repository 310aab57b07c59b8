import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { OUTPUTS_MAX } from './create-output.ts';
import { Fence, LeaseParams, Sha256 } from './shapes.ts';

const Word = z.string().min(1).max(60);
const Side = z.int().min(1).max(4_096);

/** What comes with a work: its score, the same film in WebM, frames to search in it by. Opus is made here. */
export const OutputRole = z.enum(['primary', 'midi', 'webm', 'storyboard']);

/**
 * The job is done. What was sent is hashed, taken apart and made anew here before anybody sees it. Saying it again
 * under the same fence answers the same.
 */
export const createCompletion = endpoint
  .route({
    method: 'POST',
    path: '/runners/leases/{lease_id}/completions',
    tags: ['Workers'],
    summary: 'Complete a job',
  })
  .errors(may('LEASE_LOST', 'OUTPUT_REJECTED', 'STORAGE_FULL'))
  .input(
    LeaseParams.extend({
      fence: Fence,
      outputs: z
        .array(
          z.strictObject({
            place: z
              .int()
              .min(0)
              .max(OUTPUTS_MAX - 1),
            sha256: Sha256,
            mime: z.string().max(100),
            role: OutputRole.default('primary'),
            storyboard: z
              .strictObject({
                columns: z.int().min(1).max(20),
                rows: z.int().min(1).max(20),
                frames: z.int().min(1).max(400),
                interval_ms: z.number().positive().max(600_000),
                width: Side,
                height: Side,
              })
              .optional()
              .meta({ description: 'How the frames of a storyboard lie on it.' }),
          }),
        )
        .min(1)
        .max(OUTPUTS_MAX),
      inference_ms: z.number().min(0).max(86_400_000),
      runtime: z.strictObject({ name: Word, version: Word, provider: Word, arch: Word }),
    }),
  )
  .output(z.object({ delivered: z.literal(true) }));
