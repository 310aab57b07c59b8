import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';

/** The calendar for other programs (iCalendar, RFC 5545): all of it, or what one creator announces. */
export const exportCalendar = endpoint
  .route({ method: 'GET', path: '/calendar', tags: ['Events'], summary: 'Events as iCalendar' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ creator: Handle.optional() }))
  .output(z.file());
