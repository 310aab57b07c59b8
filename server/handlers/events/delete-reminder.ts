import { askForReminder } from '../../flows/announce-event.ts';
import { asId, type EventId } from '../../ids.ts';
import { eventPage } from '../../views/events.ts';
import { member, os } from '../base.ts';

export const deleteReminder = os.events.deleteReminder.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<EventId>(input.id);
    await askForReminder(context, me, id, false);
    return eventPage(context, me, id);
  },
);
