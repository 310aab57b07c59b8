import { cancelEvent } from '../../flows/announce-event.ts';
import { asId, type EventId } from '../../ids.ts';
import { eventPage } from '../../views/events.ts';
import { member, os } from '../base.ts';

export const createEventCancellation = os.events.createEventCancellation.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<EventId>(input.id);
    await cancelEvent(context, me, id);
    return eventPage(context, me, id);
  },
);
