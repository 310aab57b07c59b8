import { changeEvent } from '../../flows/announce-event.ts';
import { asId, type EventId } from '../../ids.ts';
import { eventPage } from '../../views/events.ts';
import { member, os } from '../base.ts';

export const updateEvent = os.events.updateEvent.handler(async ({ input, context: { context, caller } }) => {
  const me = member(caller);
  const id = asId<EventId>(input.id);
  await changeEvent(context, me, { ...input, id });
  return eventPage(context, me, id);
});
