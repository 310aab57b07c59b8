import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Event } from './shapes.ts';

export const getEvent = endpoint
  .route({ method: 'GET', path: '/events/{id}', tags: ['Events'], summary: 'Get an event' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Event);
