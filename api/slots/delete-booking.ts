import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** What has not begun is cleared, what runs ends now. */
export const deleteBooking = endpoint
  .route({
    method: 'DELETE',
    path: '/slots/bookings/{id}',
    tags: ['Promotion'],
    summary: 'End or clear a booking',
  })
  .errors(may('NOT_FOUND', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ ended: z.enum(['ended', 'cleared']) }));
