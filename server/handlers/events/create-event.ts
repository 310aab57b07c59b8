import { announceEvent } from '../../flows/announce-event.ts';
import { eventPage } from '../../views/events.ts';
import { member, os } from '../base.ts';

export const createEvent = os.events.createEvent.handler(async ({ input, context: { context, caller } }) => {
  const me = member(caller);
  return eventPage(context, me, await announceEvent(context, me, input));
});
