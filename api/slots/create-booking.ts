import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Booking, bookingFields } from './shapes.ts';

export const createBooking = endpoint
  .route({ method: 'POST', path: '/slots/bookings', tags: ['Promotion'], summary: 'Book a featured place' })
  .errors(
    may(
      'NOT_FOUND',
      'SLOT_TAKEN',
      'SLOT_RESERVED',
      'SLOT_UNKNOWN',
      'SLOT_IN_THE_PAST',
      'NOT_FEATURABLE',
      'OWN_INTEREST',
    ),
  )
  .input(z.strictObject({ ...bookingFields, model: Slug, kind: z.enum(['editorial', 'merit']) }))
  .output(Booking);
