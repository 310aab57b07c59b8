import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationForApplicant } from './applicant-shapes.ts';
import { ApplicationAct } from './application-shapes.ts';

/** Takes an application back; what was submitted stays in the archive. */
export const createApplicationWithdrawal = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/withdrawal',
    tags: ['Program'],
    summary: 'Withdraw an application',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED'))
  .input(ApplicationAct)
  .output(ApplicationForApplicant);
