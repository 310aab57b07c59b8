import type { Context } from '../context.ts';
import { dayOf, nextDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { tellAll } from '../kit/outbox.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { whyNotFeature } from '../views/why-not-feature.ts';

/**
 * Draws the seed of tomorrow, so that its digest is public a day before, and writes down once who takes part in the
 * rotation of today. A day that finds nobody is asked again until it does.
 */
export async function rotateSlots(context: Context): Promise<void> {
  const at = context.clock.now();
  const today = dayOf(at);
  const known = await marketplace.rotationUntil(context.db, today);
  if (known?.day !== today)
    await context.database.inTransaction(async (tx) => {
      await marketplace.drawSeed(tx, today, at);
      const seed = await marketplace.seedOf(tx, today);
      const { new_days } = await marketplace.quotaOf(tx, today);
      const without = [...(await program.creatorsWithout(tx, 'promote'))];
      if (!seed) return;
      const candidates = await marketplace.candidatesFor(tx, {
        day: today,
        seed: seed.seed,
        new_days,
        without,
      });
      if (candidates.length === 0) return;
      const expected = await marketplace.expectedOn(tx, today);
      const entered = await enteredOn(tx, today);
      await marketplace.keepRotation(tx, { day: today, candidates, entered, expected, made_at: at });
    });
  const tomorrow = nextDay(today);
  if (!(await marketplace.seedOf(context.db, tomorrow)))
    await context.database.inTransaction((tx) => marketplace.drawSeed(tx, tomorrow, at));
}

/** Models that stand in rounds which run, with how often each was seen in the places for them since the first of these. */
async function enteredOn(tx: Tx, day: string): Promise<marketplace.Candidate[]> {
  const parts = await competitions.modelsTakingPart(tx);
  const since = parts.map(({ opens_at }) => dayOf(opens_at)).sort()[0] ?? day;
  const model_ids = [...new Set(parts.map(({ model_id }) => model_id))];
  return marketplace.enteredCandidates(tx, { day, since, model_ids });
}

const AHEAD_MS = 62 * 24 * 3600_000;

/** Tells who booked a place that its model may not be featured any more; if it may again, that is told anew. */
export async function tellOfFallen(context: Context): Promise<number> {
  const at = context.clock.now();
  const bookings = await marketplace.bookingsBetween(context.db, at, new Date(at.getTime() + AHEAD_MS));
  const why = await whyNotFeature(
    context.db,
    bookings.map(({ model_id }) => model_id),
    at,
  );
  const fallen = bookings.filter(({ model_id, fallen_at }) => why.has(model_id) && !fallen_at);
  const risen = bookings.filter(({ model_id, fallen_at }) => !why.has(model_id) && fallen_at);
  if (fallen.length + risen.length === 0) return 0;
  await context.database.inTransaction(async (tx) => {
    await marketplace.noteFallen(
      tx,
      fallen.map(({ id }) => id),
      at,
    );
    await marketplace.noteFallen(
      tx,
      risen.map(({ id }) => id),
      null,
    );
    const models = await registry.modelsByIds(
      tx,
      fallen.map(({ model_id }) => model_id),
    );
    const told = fallen.flatMap(({ id, model_id, booked_by }) => {
      const creator_id = models.find((model) => model.id === model_id)?.creator_id;
      return booked_by && creator_id ? [{ booking_id: id, model_id, creator_id, booked_by }] : [];
    });
    await tellAll(tx, 'slot.fallen', told, at);
  });
  context.wake.send('news');
  return fallen.length;
}
