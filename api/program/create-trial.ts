import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RELEASE_CHECKS } from '../registry/release-refusals.ts';
import { Trial } from './applicant-shapes.ts';

/** Runs the model of the draft once in the sandbox, and keeps what it made with the application. */
export const createTrial = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/trials',
    tags: ['Program'],
    summary: 'Try the model of an application',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'APPLICATION_INCOMPLETE',
      'TRIALS_FULL',
      'TRIALS_USED_UP',
      'TRIAL_RUNNING',
      'TRIAL_FAILED',
      'STORAGE_FULL',
      ...RELEASE_CHECKS,
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      input: z
        .record(z.string().max(60), z.unknown())
        .default({})
        .meta({ description: 'What is not said has its default.' }),
      seed: z.int().min(0).max(4_294_967_295),
    }),
  )
  .output(Trial);
