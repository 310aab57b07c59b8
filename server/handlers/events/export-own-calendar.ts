import { digestOfSecret } from '../../flows/make-calendar-address.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import * as identity from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import { calendarFile } from '../../views/calendar.ts';
import { os } from '../base.ts';

/** The address of an account that was closed leads nowhere. */
export const exportOwnCalendar = os.events.exportOwnCalendar.handler(
  async ({ input: { secret }, context: { context } }) => {
    const person_id = await campaigns.personOfCalendar(context.db, digestOfSecret(secret));
    const person = person_id && (await identity.accountById(context.db, person_id));
    return calendarFile(context, { person_id: person?.id ?? refuse('NOT_FOUND') });
  },
);
