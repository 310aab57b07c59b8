import { hash } from 'node:crypto';
import type { Modality } from '#api/base.ts';
import { type Surface, SURFACES } from '#api/slots/surfaces.ts';
import { type SlotPlace, placeKey, PLACES } from './quota.ts';

/** A model that takes part in the rotation of a day. */
export type Candidate = {
  model_id: string;
  modality: Modality;
  /** how often it had been seen in featured places before the day */
  impressions: number;
  /** published within the days in which the places of the quota are its */
  is_new: boolean;
};

/** Which candidate has its turn in which place. */
export type Turn = SlotPlace & { model_id: string; kind: 'new_model_quota' | 'rotation' };

export const HOURS = 24;

/** What draws among equals: nobody knows it before the seed of the day is known, and everybody can compute it then. */
export const lotOf = (seed: string, model_id: string): string => hash('sha256', seed + model_id);

/** Who was seen least comes first; among equals the lot decides. */
export function orderOf(seed: string, candidates: readonly Candidate[]): Candidate[] {
  const lots = new Map(candidates.map(({ model_id }) => [model_id, lotOf(seed, model_id)]));
  const lot = ({ model_id }: Candidate) => lots.get(model_id) ?? '';
  return candidates.toSorted((a, b) => a.impressions - b.impressions || (lot(a) < lot(b) ? -1 : 1));
}

/** How often a place of each surface is seen within an hour, as it was in the days before; at least once. */
export type Expected = Record<Surface, number>;

/** Whose turn it is in every place in an hour of a day. */
export const turnsOf = (
  order: readonly Candidate[],
  by: { kept: ReadonlySet<string>; expected: Expected },
  hour: number,
): Turn[] => turnsThrough(order, by, hour).at(-1) ?? [];

/**
 * The turns of every hour of a day up to one. Hour by hour and place by place, those kept for new models first, the turn
 * is that of who fits and was seen least: what the turns before it in the day are expected to bring is counted as seen.
 * Among equals the order decides. The kept places and the others count apart, since the others may be booked. Nobody stands twice on a surface within an hour.
 */
export function turnsThrough(
  order: readonly Candidate[],
  {
    kept,
    expected,
    places: all = PLACES,
  }: { kept: ReadonlySet<string>; expected: Expected; places?: readonly SlotPlace[] },
  hour: number,
): Turn[][] {
  const line = () => order.map((candidate) => ({ candidate, seen: candidate.impressions }));
  const lines = { new_model_quota: line().filter(({ candidate }) => candidate.is_new), rotation: line() };
  const isKept = (place: SlotPlace) => kept.has(placeKey(place));
  const places = [...all.filter(isKept), ...all.filter((place) => !isKept(place))];
  return Array.from({ length: hour + 1 }, () => {
    const turns: Turn[] = [];
    for (const place of places)
      if (!isKept(place) || !take('new_model_quota', place, turns)) take('rotation', place, turns);
    return turns;
  });

  function take(kind: Turn['kind'], place: SlotPlace, turns: Turn[]): boolean {
    const next = least(lines[kind].filter(({ candidate }) => fits(candidate, place, turns)));
    if (!next) return false;
    next.seen += expected[place.surface];
    turns.push({ ...place, model_id: next.candidate.model_id, kind });
    return true;
  }
}

const least = <One extends { seen: number }>(line: readonly One[]): One | undefined =>
  line.length === 0 ? undefined : line.reduce((least, one) => (one.seen < least.seen ? one : least));

const fits = ({ model_id, modality }: Candidate, { surface }: SlotPlace, taken: readonly Turn[]): boolean =>
  (SURFACES[surface].modality ?? modality) === modality &&
  !taken.some((turn) => turn.surface === surface && turn.model_id === model_id);

/** What stands in a place: what was booked, or whose turn it is. */
export type Filled<Booked> = SlotPlace & { model_id: string } & (
    { booking: Booked; kind: null } | { booking: null; kind: Turn['kind'] }
  );

/**
 * What stands in the places of a surface: what is booked there; else whose turn it is; and where either may not be shown
 * any more, the next in the order of the day who may. Nothing stands there twice.
 */
export function filled<Booked extends SlotPlace & { model_id: string }>(
  places: readonly SlotPlace[],
  by: {
    bookings: readonly Booked[];
    turns: readonly Turn[];
    order: readonly Candidate[];
    may: (model_id: string) => boolean;
  },
): Filled<Booked>[] {
  const shown = new Set<string>();
  const take = (model_id: string | undefined): model_id is string => {
    if (model_id === undefined || shown.has(model_id) || !by.may(model_id)) return false;
    shown.add(model_id);
    return true;
  };
  const at = <Row extends SlotPlace>(rows: readonly Row[], place: SlotPlace) =>
    rows.find((row) => placeKey(row) === placeKey(place));
  // whatever is booked stands, so nothing takes its turn in another place of the surface
  const booked = places.map((place) => {
    const booking = at(by.bookings, place);
    return booking && take(booking.model_id) ? booking : null;
  });
  return places.flatMap((place, index): Filled<Booked>[] => {
    const booking = booked[index] ?? null;
    if (booking) return [{ ...place, model_id: booking.model_id, booking, kind: null }];
    const turn = at(by.turns, place);
    if (turn && take(turn.model_id))
      return [{ ...place, model_id: turn.model_id, booking: null, kind: turn.kind }];
    const next = by.order.find((candidate) => fits(candidate, place, []) && take(candidate.model_id));
    if (!next) return [];
    const kind = turn?.kind === 'new_model_quota' && next.is_new ? turn.kind : 'rotation';
    return [{ ...place, model_id: next.model_id, booking: null, kind }];
  });
}
