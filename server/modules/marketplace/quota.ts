import type { AccountId } from '../../ids.ts';
import { OpenSurface, type Surface, SURFACES } from '#api/slots/surfaces.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type SlotPlace = { surface: Surface; position: number };
export const placeKey = ({ surface, position }: SlotPlace): string => `${surface} ${position}`;

const placesOf = (surface: Surface): SlotPlace[] =>
  Array.from({ length: SURFACES[surface].positions }, (_, place) => ({ surface, position: place + 1 }));

/** Every featured place, surface by surface. */
export const PLACES: readonly SlotPlace[] = OpenSurface.options.flatMap(placesOf);
/** Those of models that were entered in competitions. */
export const ENTERED_PLACES: readonly SlotPlace[] = placesOf('competitions');

const PPM = 1_000_000;

/**
 * The places that are kept for new models: so large a part of all, rounded up, spread evenly over the surfaces. Within
 * a surface the last ones are kept, and the only place of one is never.
 */
export function keptForNew(share_ppm: number): Set<string> {
  const shared = OpenSurface.options.filter(
    (surface) => SURFACES[surface].positions > 1 || share_ppm === PPM,
  );
  const total = Math.ceil((PLACES.length * share_ppm) / PPM);
  const open = shared.reduce((sum, surface) => sum + SURFACES[surface].positions, 0);
  let before = 0;
  return new Set(
    shared.flatMap((surface) => {
      const { positions } = SURFACES[surface];
      const upTo = (places: number) => Math.min(places, Math.round((total * places) / open));
      const kept = Math.min(positions, upTo(before + positions) - upTo(before));
      before += positions;
      return Array.from({ length: kept }, (_, back) => placeKey({ surface, position: positions - back }));
    }),
  );
}

/** How many of all places are kept for new models, and within how many days of its publication a model is new. */
export type Quota = { from_day: string; share_ppm: number; new_days: number };

/** Takes effect with a day that has not begun; another for the same day takes its place. */
export async function setQuota(tx: Tx, quota: Quota & { set_by: AccountId; set_at: Date }): Promise<void> {
  const { from_day, ...rest } = quota;
  await tx
    .insertInto('marketplace.slot_quota')
    .values({ from_day, ...rest })
    .onConflict((conflict) => conflict.column('from_day').doUpdateSet(rest))
    .execute();
}

/** What is in force at any instant of a time, the earliest first. */
export async function quotasBetween(db: Db, from: Date, until: Date): Promise<Quota[]> {
  const rows = await db
    .selectFrom('marketplace.slot_quota')
    .select(['from_day', 'share_ppm', 'new_days'])
    .where('from_day', '<=', dayOf(new Date(until.getTime() - 1)))
    .orderBy('from_day')
    .execute();
  const first = rows.findLastIndex(({ from_day }) => from_day <= dayOf(from));
  return rows.slice(Math.max(0, first));
}

export async function quotaOf(db: Db, day: string): Promise<Quota> {
  const at = new Date(`${day}T00:00:00Z`);
  const [quota] = await quotasBetween(db, at, new Date(at.getTime() + 1));
  return quota ?? { from_day: day, share_ppm: 0, new_days: 1 };
}
