import { reading } from '@stellary/judging';
import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { asId, type CategoryId, type EntryId, type IntegrityCaseId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as registry from '../modules/registry/index.ts';
import { readCounted } from '../views/competitions/tally-files.ts';
import { people } from '../views/people.ts';
import { mintAwards } from './mint-awards.ts';
import { settleSoon } from './settle-round.ts';
import { type Breathe, type Counting, ended } from './tally-steps.ts';

const SYSTEM = { id: 'system', as: 'system' };
const DISPUTES_MS = 3 * DAY_MS;

/**
 * The last step of a counting, one transaction: who won is written for good, entries take their places or leave them,
 * and with the last category of a round its results are out. A version that comes after the awards moves these too. Of a
 * round that was stopped meanwhile nothing is written: it rests until the round goes on. Answers whether it is out.
 */
export async function publishCategory(context: Context, counting: Counting): Promise<boolean> {
  const { tally, category, files } = counting;
  const { outcome } = await readCounted(context, files);
  const bundle_file = present(files.get('bundled'), 'the bundle of a counting');
  const bundle_digest = await digestIn(context, bundle_file, counting.breathe);
  const at = context.clock.now();
  const isOut = await context.database.inTransaction(async (tx) => {
    const round = present(await competitions.lockRound(tx, category.round_id), 'the round of a category');
    await competitions.holdTally(tx, tally);
    if (!competitions.COUNTED_IN.includes(round.state)) {
      await competitions.restTally(tx, tally, { waits_for: null, not_before: null });
      return false;
    }
    await writePlaces(tx, counting, outcome.places, at);
    const isFinal = FINAL.has(round.state);
    if (tally.version === 1 && outcome.reliability.alarm)
      await openAlarm(tx, counting, outcome.reliability, at);
    await competitions.endTally(tx, tally, { bundle_digest, bundle_file }, at);
    // into the chain whose end the signed heads of the books name: nobody puts another bundle in its place
    await audit(tx, {
      ...{ at, actor: 'system', act: 'competitions.bundle', subject: category.id },
      detail: { version: tally.version, bundle_digest, bundle_file },
    });
    // while others of the round are being counted nobody learns who won
    if (round.state !== 'tally') await placeEntries(tx, category.id, { isFinal, at });
    if (isFinal) {
      await mintAwards(tx, context, round.id, at);
      await settleSoon(tx, round, at);
    }
    if (round.state === 'dispute_window') await disputeAnew(tx, round, at);
    if (round.state === 'tally' && (await competitions.isCounted(tx, round.id)))
      await publishRound(tx, round, at);
    return true;
  });
  if (isOut) context.wake.send('news');
  return isOut;
}

/** From then on a place is owed. */
const FINAL = new Set<string>(['final', 'settled']);
const RANKED = ['finalist', 'provisional_winner', 'verified', 'awarded'] as const;

/** Entries stand as the newest standings of their category say. */
async function placeEntries(
  tx: Tx,
  category_id: CategoryId,
  { isFinal, at }: { isFinal: boolean; at: Date },
): Promise<void> {
  const newest = await competitions.newestTally(tx, category_id);
  const places = await competitions.placesOf(tx, category_id, newest?.version ?? 0);
  const placed = new Set(places.map(({ entry_id }) => entry_id));
  for (const { id, state } of await competitions.entriesOf(tx, category_id, RANKED)) {
    if (placed.has(id) && state === 'finalist') {
      await competitions.moveEntry(tx, 'place', { id, by: SYSTEM, at });
      if (isFinal) await award(tx, id, at);
    }
    if (!placed.has(id) && state !== 'finalist')
      await competitions.moveEntry(tx, 'unplace', { id, by: SYSTEM, at });
  }
}

async function award(tx: Tx, id: EntryId, at: Date): Promise<void> {
  await competitions.moveEntry(tx, 'verify', { id, by: SYSTEM, at });
  await competitions.moveEntry(tx, 'award', { id, by: SYSTEM, at });
}

async function digestIn(context: Context, file: string, breathe: Breathe): Promise<string> {
  const read = await ended(reading(await readFile(context.media.pathOf(file))), breathe);
  const amiss = read.findings.find(({ holds }) => !holds);
  if (!read.bundle) throw new Error(`the bundle ${file} cannot be read: ${amiss?.detail}`);
  return read.bundle.digest;
}

async function writePlaces(
  tx: Tx,
  { tally, category }: Counting,
  places: readonly { place: number; entry: string; shared: number; amount: string }[],
  at: Date,
): Promise<void> {
  const entries = new Map(
    (
      await competitions.entriesByIds(
        tx,
        places.map(({ entry }) => entry),
      )
    ).map((entry) => [entry.id, entry]),
  );
  const winners = [...entries.values()];
  const authors = await competitions.peopleOf(
    tx,
    winners.map(({ id }) => id),
  );
  const models = new Map(
    (
      await registry.modelsByIds(
        tx,
        winners.map(({ model_id }) => model_id),
      )
    ).map((model) => [model.id, model]),
  );
  const person = await people(
    tx,
    [...models.values()].map(({ creator_id }) => creator_id),
  );
  for (const [index, { place, entry: id, shared, amount }] of places.entries()) {
    const entry = present(entries.get(asId<EntryId>(id)), 'an entry that won');
    const model = present(models.get(entry.model_id), 'the model of an entry that won');
    await competitions.insertPlace(
      tx,
      {
        ...{ category_id: category.id, version: tally.version, place_slot: index + 1, place },
        ...{ shared: shared > 1, entry_id: entry.id, title: entry.title, asset_digest: entry.asset_digest },
        ...{ model_title: model.title, creator_name: person(model.creator_id).display_name },
        ...{ amount_nanos: BigInt(amount), at },
      },
      authors
        .filter(({ entry_id, accepted_at }) => entry_id === entry.id && accepted_at !== null)
        .map(({ person_id, display_name }) => ({ person_id, display_name })),
    );
  }
}

async function openAlarm(
  tx: Tx,
  { category, round }: Counting,
  { overdispersion }: { overdispersion: number | null },
  at: Date,
): Promise<void> {
  const says =
    'Voters agree more unevenly than chance would have them, so the order of the experts counted. Who did what is for people to find out.';
  await competitions.openIntegrityCase(
    tx,
    {
      ...{ id: newId<IntegrityCaseId>(at), round_id: round.id, category_id: category.id, opened_by: null },
      anomaly: { kind: 'alarm', says, score: overdispersion, entry_id: null, voters: [] },
    },
    at,
  );
}

/** The results are out, and may be disputed; whoever had to wait for them loses no time. */
async function publishRound(tx: Tx, round: competitions.Round, at: Date): Promise<void> {
  const { id } = round;
  for (const category of await competitions.categoriesOf(tx, id))
    await placeEntries(tx, category.id, { isFinal: false, at });
  await competitions.moveRound(tx, 'publish', { id, by: SYSTEM, at });
  const disputes_until = disputesUntil(round, at);
  await competitions.moveRound(tx, 'open_disputes', { id, by: SYSTEM, at, set: { disputes_until } });
}

/** Other standings may be disputed for as long as the first. */
async function disputeAnew(tx: Tx, round: competitions.Round, at: Date): Promise<void> {
  const disputes_until = disputesUntil(round, at);
  if (disputes_until > round.disputes_until)
    await competitions.moveRound(tx, 'prolong_disputes', {
      ...{ id: round.id, by: SYSTEM, at },
      set: { disputes_until },
    });
}

function disputesUntil({ disputes_until }: competitions.Round, at: Date): Date {
  const later = new Date(at.getTime() + DISPUTES_MS);
  return later > disputes_until ? later : disputes_until;
}
