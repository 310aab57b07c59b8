import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Event } from './shapes.ts';

export const deleteReminder = endpoint
  .route({
    method: 'DELETE',
    path: '/events/{id}/reminder',
    tags: ['Events'],
    summary: 'Be no longer reminded of an event',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Event);
