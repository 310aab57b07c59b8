import * as z from 'zod';
import { endpoint } from '../base.ts';

/** A new secret address of your own calendar; it is shown this once, and the one before ends. */
export const createCalendarAddress = endpoint
  .route({
    method: 'POST',
    path: '/calendar-address',
    successStatus: 201,
    tags: ['Events'],
    summary: 'Make an address for your calendar',
  })
  .input(z.strictObject({}))
  .output(z.object({ url: z.string() }));
