import { calendarFile } from '../../views/calendar.ts';
import { os } from '../base.ts';

export const exportCalendar = os.events.exportCalendar.handler(
  ({ input: { creator }, context: { context } }) =>
    calendarFile(context, creator === undefined ? 'all' : { creator }),
);
