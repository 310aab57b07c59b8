import { Temporal } from 'temporal-polyfill';

/** What a clock on the wall shows somewhere, as an instant and back. A zone is one of IANA, such as "Europe/Berlin". */

const ZONES = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
/**
 * By its name in IANA's list, in which some have two ("Asia/Calcutta", "Asia/Kolkata") and only one of them is listed.
 * An offset such as "+02:00" is none: it does not know when the clocks change.
 */
export const isZone = (zone: string): boolean => ZONES.has(zone) || (PLACE.test(zone) && isKnown(zone));

const PLACE = /^[A-Z][A-Za-z]+\/[A-Z][A-Za-z0-9_+\-/]{1,50}$/;
function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const CONTINENT =
  /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z0-9_+\-/]{1,50}$/;
/** The first word of a zone's name, "europe": all of where somebody is that is ever kept. Null where it has none. */
export const continentOf = (zone: string | undefined): string | null =>
  CONTINENT.exec(zone ?? '')?.[1]?.toLowerCase() ?? null;

/** "2026-03-29T02:30": what the clocks of a zone show at an instant. */
export const onTheWall = (at: Date, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });

/**
 * The instant at which the clocks of a zone show this. An hour that comes twice in autumn is meant the first time; one
 * that is left out in spring is never: null.
 */
export function instantOf(wall: string, zone: string): Date | null {
  const shown = Temporal.PlainDateTime.from(wall);
  const found = shown.toZonedDateTime(zone, { disambiguation: 'earlier' });
  return found.toPlainDateTime().equals(shown) ? new Date(found.epochMilliseconds) : null;
}
