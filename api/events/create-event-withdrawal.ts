import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Event, WithdrawalReason } from './shapes.ts';

/** Takes an event out that is against the rules. It is cancelled; its host reads the reason. */
export const createEventWithdrawal = endpoint
  .route({
    method: 'POST',
    path: '/events/{id}/withdrawal',
    successStatus: 201,
    tags: ['Events'],
    summary: 'Withdraw an event of somebody else',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'EVENT_OVER', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, reason: WithdrawalReason }))
  .output(Event);
