import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationForApplicant } from './applicant-shapes.ts';

/** Takes an application back; what was submitted stays in the archive. */
export const createApplicationWithdrawal = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/withdrawal',
    tags: ['Program'],
    summary: 'Withdraw an application',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED'))
  .input(z.strictObject({ id: Id, version: z.int().min(1) }))
  .output(ApplicationForApplicant);
