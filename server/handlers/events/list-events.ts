import { eventList } from '../../views/events.ts';
import { os } from '../base.ts';

export const listEvents = os.events.listEvents.handler(({ input, context: { context, caller } }) =>
  eventList(context, caller.account?.id ?? null, input),
);
