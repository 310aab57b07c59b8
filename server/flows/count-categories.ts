import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { newId, type TallyId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as competitions from '../modules/competitions/index.ts';
import { publishCategory } from './publish-category.ts';
import { type Counting, steps } from './tally-steps.ts';

/** Whoever counts says so again well before this is over; one that was killed is followed after it. */
const LEASE_MS = 120_000;
const RENEW_MS = 20_000;
/** What waits for people is looked at again so often. */
const WAITS_MS = 60_000;

/**
 * Begins countings that are due, and takes one on as far as it goes: each step reads files of the steps before it and
 * writes one of its own, so whoever is killed in the middle is followed by somebody who finds the same. Answers how many
 * steps were taken.
 */
export async function countCategories(context: Context): Promise<number> {
  await beginCountings(context);
  const at = context.clock.now();
  const { database } = context;
  const tally = await database.inTransaction((tx) => competitions.takeTally(tx, at, LEASE_MS));
  if (!tally) return 0;
  try {
    return await countOn(context, tally);
  } catch (error) {
    if (error instanceof competitions.LeaseLost) return 0;
    throw error;
  }
}

async function beginCountings({ database, db, clock }: Context): Promise<void> {
  const at = clock.now();
  for (const category_id of await competitions.categoriesToCount(db)) {
    const first = { version: 1, reason: 'first', says: 'Counted for the first time.', asked_by: null };
    const tally = { ...first, id: newId<TallyId>(at), category_id };
    await database.inTransaction((tx) => competitions.askForTally(tx, tally, at));
  }
}

async function countOn(context: Context, tally: competitions.Tally): Promise<number> {
  const { database, db, clock } = context;
  const category = present(await competitions.categoryById(db, tally.category_id), 'the category of a tally');
  const round = present(await competitions.roundById(db, category.round_id), 'the round of a category');
  const counting: Counting = { tally, category, round, files: new Map(), breathe: breathing(context, tally) };
  const wanted = tally.version === 1 ? competitions.TALLY_STEPS : competitions.OF_LATER;
  counting.files = await competitions.stepsOfTally(db, tally.id);
  let taken = 0;
  for (const step of wanted) {
    if (counting.files.has(step)) continue;
    if (round.state === 'final_round' && !competitions.AT_FINAL.includes(step)) break;
    if (step === 'published') return taken + Number(await publishCategory(context, counting));
    const made = await steps[step](context, counting);
    if ('waits_for' in made) {
      const not_before = new Date(clock.now().getTime() + WAITS_MS);
      await database.inTransaction((tx) => competitions.restTally(tx, tally, { ...made, not_before }));
      return taken;
    }
    // the file first, durably: a row never names what is not there
    const digest = await context.media.put(made.bytes);
    await database.inTransaction(async (tx) => {
      await competitions.noteStep(tx, tally, { step, digest }, clock.now());
      await made.also?.(tx);
    });
    counting.files.set(step, digest);
    taken += 1;
  }
  await database.inTransaction((tx) =>
    competitions.restTally(tx, tally, { waits_for: null, not_before: null }),
  );
  return taken;
}

/** Between pieces of a long computation: others get their turn, and the lease is renewed. */
function breathing({ database, clock }: Context, tally: competitions.Tally): () => Promise<void> {
  let last = performance.now();
  return async () => {
    await setImmediate();
    if (performance.now() - last < RENEW_MS) return;
    last = performance.now();
    const until = new Date(clock.now().getTime() + LEASE_MS);
    await database.inTransaction((tx) => competitions.renewTally(tx, tally, until));
  };
}
