import ical, { ICalEventClass, ICalEventStatus } from 'ical-generator';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { PRODUCT } from '../product.ts';
import { refuse } from '../refuse.ts';
import { hasPage } from './has-page.ts';
import { people } from './people.ts';

const BACK_DAYS = 60;
const AHEAD_DAYS = 366;
const EVENTS_MAX = 500;
/** Calendars ask again this often. */
const ASK_AGAIN_S = 3600;

type Whose = { creator: string } | { person_id: AccountId } | 'all';

/**
 * Events for other programs: whole instants in UTC, which are right wherever they are shown. Cancelled ones stay, marked
 * as such, and the sequence grows with each change: a calendar that has an event learns what became of it.
 */
export async function calendarFile(context: Context, whose: Whose): Promise<File> {
  const { db, clock, origins } = context;
  const at = clock.now();
  const creator = typeof whose === 'object' && 'creator' in whose ? whose.creator : null;
  const host = creator === null ? null : await identity.accountByHandle(db, creator);
  if (creator !== null && !(host && (await hasPage(db, host)))) refuse('NOT_FOUND');
  const person_id = typeof whose === 'object' && 'person_id' in whose ? whose.person_id : undefined;
  const events = await campaigns.eventsBetween(db, {
    from: new Date(at.getTime() - BACK_DAYS * DAY_MS),
    until: new Date(at.getTime() + AHEAD_DAYS * DAY_MS),
    host_id: host?.id,
    person_id,
    without: [...(await program.creatorsWithout(db, 'promote'))],
    with_cancelled: true,
    limit: EVENTS_MAX,
  });
  const person = await people(
    db,
    events.map(({ host_id }) => host_id),
  );
  const name = host
    ? `${host.display_name} at ${PRODUCT}`
    : person_id
      ? `My events at ${PRODUCT}`
      : `Events at ${PRODUCT}`;
  const calendar = ical({ name, prodId: { company: PRODUCT, product: 'Events' }, ttl: ASK_AGAIN_S });
  for (const event of events) {
    const { id, title, words, starts_at, ends_at, state, version, announced_at, changed_at, place_url } =
      event;
    const page = `${origins.public}/events/${id}`;
    calendar.createEvent({
      id: `${id}@${new URL(origins.public).hostname}`,
      sequence: version - 1,
      start: starts_at,
      end: ends_at,
      stamp: changed_at,
      created: announced_at,
      lastModified: changed_at,
      summary: title,
      description: [words, `By ${person(event.host_id).display_name}. ${page}`].filter(Boolean).join('\n\n'),
      location: place_url,
      url: page,
      class: person_id ? ICalEventClass.PRIVATE : ICalEventClass.PUBLIC,
      status: state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return new File([calendar.toString()], 'events.ics', { type: 'text/calendar; charset=utf-8' });
}
