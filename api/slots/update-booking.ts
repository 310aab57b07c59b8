import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Booking, bookingFields } from './shapes.ts';

export const updateBooking = endpoint
  .route({ method: 'PUT', path: '/slots/bookings/{id}', tags: ['Promotion'], summary: 'Move a booking' })
  .errors(
    may(
      'NOT_FOUND',
      'STATE_CHANGED',
      'SLOT_TAKEN',
      'SLOT_RESERVED',
      'SLOT_UNKNOWN',
      'SLOT_IN_THE_PAST',
      'SLOT_RUNNING',
      'NOT_FEATURABLE',
      'OWN_INTEREST',
    ),
  )
  .input(z.strictObject({ id: Id, version: z.int(), ...bookingFields }))
  .output(Booking);
