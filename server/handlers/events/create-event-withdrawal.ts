import { withdrawEvent } from '../../flows/announce-event.ts';
import { asId, type EventId } from '../../ids.ts';
import { eventPage } from '../../views/events.ts';
import { member, os } from '../base.ts';

export const createEventWithdrawal = os.events.createEventWithdrawal.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<EventId>(input.id);
    await withdrawEvent(context, me, { id, reason: input.reason });
    return eventPage(context, me, id);
  },
);
