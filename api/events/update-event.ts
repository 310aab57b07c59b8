import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Event, EventWish } from './shapes.ts';

/** Says something else of an event of yours, or moves it. Whoever asked to be reminded is told. */
export const updateEvent = endpoint
  .route({ method: 'PUT', path: '/events/{id}', tags: ['Events'], summary: 'Change or move an event' })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'STANDING_REFUSED',
      'WORDS_REFUSED',
      'EVENT_TIME_REFUSED',
      'EVENT_OVER',
      'MODEL_UNKNOWN',
    ),
  )
  .input(EventWish.extend({ id: Id, version: z.int().meta({ description: 'The one that you saw.' }) }))
  .output(Event);
