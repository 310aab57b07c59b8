import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Event, EventWish } from './shapes.ts';

/** Announces a launch, a live session or a challenge of yours. */
export const createEvent = endpoint
  .route({
    method: 'POST',
    path: '/events',
    successStatus: 201,
    tags: ['Events'],
    summary: 'Announce an event',
  })
  .errors(may('STANDING_REFUSED', 'WORDS_REFUSED', 'EVENT_TIME_REFUSED', 'MODEL_UNKNOWN', 'EVENTS_FULL'))
  .input(EventWish)
  .output(Event);
