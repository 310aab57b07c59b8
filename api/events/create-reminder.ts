import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Event } from './shapes.ts';

/** Asks to be told an hour before it begins, and if it is moved or cancelled. Asking twice is asking once. */
export const createReminder = endpoint
  .route({
    method: 'PUT',
    path: '/events/{id}/reminder',
    tags: ['Events'],
    summary: 'Be reminded of an event',
  })
  .errors(may('NOT_FOUND', 'EVENT_OVER', 'BLOCKED'))
  .input(z.strictObject({ id: Id }))
  .output(Event);
