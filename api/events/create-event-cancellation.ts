import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Event } from './shapes.ts';

/** Cancels an event of yours. Whoever asked to be reminded is told, and calendars show it as cancelled. */
export const createEventCancellation = endpoint
  .route({
    method: 'POST',
    path: '/events/{id}/cancellation',
    successStatus: 201,
    tags: ['Events'],
    summary: 'Cancel an event',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'EVENT_OVER'))
  .input(z.strictObject({ id: Id }))
  .output(Event);
