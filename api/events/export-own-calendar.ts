import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

/** What somebody hosts or is reminded of, for whoever has its secret address. */
export const exportOwnCalendar = endpoint
  .route({
    method: 'GET',
    path: '/calendars/{secret}',
    tags: ['Events'],
    summary: 'Your events as iCalendar',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ secret: z.string().regex(/^[\w-]{43}$/) }))
  .output(z.file());
