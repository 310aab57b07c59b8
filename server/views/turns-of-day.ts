import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import * as marketplace from '../modules/marketplace/index.ts';

export type TurnsOfDay = {
  quota: marketplace.Quota;
  rotation: marketplace.RotationDay | undefined;
  order: marketplace.Candidate[];
  /** Whose turn it is, hour by hour. */
  turns: marketplace.Turn[][];
  /** The same of the places for models that were entered in competitions. */
  entered: { order: marketplace.Candidate[]; turns: marketplace.Turn[][] };
};

const DAYS_KEPT = 8;
const days = onePer((_context: Context) => new Map<string, Promise<TurnsOfDay>>());

/**
 * The turns of a day that has begun, by the rotation of the day or, until it has one, of the last day before it. They
 * follow from what was written down once, so they are worked out once.
 */
export function turnsOfDay(context: Context, day: string): Promise<TurnsOfDay> {
  const known = days(context);
  const before = known.get(day);
  if (before) return before;
  const made = make(context, day);
  if (known.size >= DAYS_KEPT) known.delete([...known.keys()][0] ?? '');
  known.set(day, made);
  // what the day does not have yet may come in a moment
  made.then(
    ({ rotation }) => rotation?.day === day || known.delete(day),
    () => known.delete(day),
  );
  return made;
}

async function make({ db }: Context, day: string): Promise<TurnsOfDay> {
  const [rotation, quota] = await Promise.all([
    marketplace.rotationUntil(db, day),
    marketplace.quotaOf(db, day),
  ]);
  if (!rotation) return { quota, rotation, order: [], turns: [], entered: { order: [], turns: [] } };
  const order = marketplace.orderOf(rotation.seed, rotation.candidates);
  const by = { kept: marketplace.keptForNew(quota.share_ppm), expected: rotation.expected };
  const last = marketplace.HOURS - 1;
  const entered = marketplace.orderOf(rotation.seed, rotation.entered);
  const there = { ...by, kept: new Set<string>(), places: marketplace.ENTERED_PLACES };
  return {
    ...{ quota, rotation, order, turns: marketplace.turnsThrough(order, by, last) },
    entered: { order: entered, turns: marketplace.turnsThrough(entered, there, last) },
  };
}
