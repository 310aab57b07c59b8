import { asId, type EventId } from '../../ids.ts';
import { eventPage } from '../../views/events.ts';
import { os } from '../base.ts';

export const getEvent = os.events.getEvent.handler(({ input, context: { context, caller } }) =>
  eventPage(context, caller.account?.id ?? null, asId<EventId>(input.id)),
);
