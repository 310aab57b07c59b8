import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Adjustment } from './shapes.ts';

/** Approves what somebody else proposed, and moves the money. */
export const createAdjustmentApproval = endpoint
  .route({
    method: 'POST',
    path: '/adjustments/{id}/approval',
    successStatus: 201,
    tags: ['Finance'],
    summary: 'Approve an adjustment',
  })
  .errors(may('NOT_FOUND', 'ALREADY_APPROVED', 'SECOND_PERSON_NEEDED', 'NOT_OWED', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id }))
  .output(Adjustment);
