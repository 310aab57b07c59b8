import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Quota } from './shapes.ts';

/** From a day that has not begun. What is booked by then must not stand in a place that would be kept. */
export const updateQuota = endpoint
  .route({
    method: 'PUT',
    path: '/slots/quota',
    tags: ['Promotion'],
    summary: 'Set the quota for new models',
  })
  .errors(may('SLOT_IN_THE_PAST', 'QUOTA_CONFLICTS'))
  .input(Quota.strict())
  .output(Quota);
