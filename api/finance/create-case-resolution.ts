import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Case, Reason } from './shapes.ts';

/** Cleared: all goes back. Forfeited: it is the platform's. Refunded: it is the payers'. */
export const createCaseResolution = endpoint
  .route({
    method: 'POST',
    path: '/cases/{id}/resolution',
    successStatus: 201,
    tags: ['Finance'],
    summary: 'Resolve a case',
  })
  .errors(
    may(
      'NOT_FOUND',
      'ALREADY_RESOLVED',
      'SECOND_PERSON_NEEDED',
      'BUDGET_EXHAUSTED',
      'OWN_INTEREST',
      'CLAIM_OPEN',
    ),
  )
  .input(z.strictObject({ id: Id, outcome: z.enum(['cleared', 'forfeited', 'refunded']), note: Reason }))
  .output(Case);
