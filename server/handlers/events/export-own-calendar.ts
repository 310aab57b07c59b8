import { digestOfSecret } from '../../flows/make-calendar-address.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import { refuse } from '../../refuse.ts';
import { calendarFile } from '../../views/calendar.ts';
import { os } from '../base.ts';

export const exportOwnCalendar = os.events.exportOwnCalendar.handler(
  async ({ input: { secret }, context: { context } }) => {
    const person_id = await campaigns.personOfCalendar(context.db, digestOfSecret(secret));
    return calendarFile(context, { person_id: person_id ?? refuse('NOT_FOUND') });
  },
);
