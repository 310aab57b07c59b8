import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awarded, prizeEscrow, prizeReserve } from '../../server/chart-of-accounts.ts';
import { nextVersion } from '../../server/flows/disqualify-entry.ts';
import { closeCase, openCase } from '../../server/flows/look-into.ts';
import { mintAwards } from '../../server/flows/mint-awards.ts';
import { prizeEscrowFunded } from '../../server/flows/postings/index.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { type AccountId, asId, type AwardId, newId, type RoundId, type TallyId } from '../../server/ids.ts';
import type { Tx } from '../../server/kit/database.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { verifyMoney } from '../../server/views/invariants.ts';
import { type MadeRound, roundIn } from '../competitions.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2027-01-05T00:00:00Z'));
const later = (days: number) => clock.advance(days * DAY_MS);
const NANOS = 1_000_000_001n;
const SYSTEM = { id: 'system', as: 'system' };

let world: World;
let ada: Person;
let bo: Person;
let cy: Person;
let mio: Person;
let count = 0;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  [ada, bo, cy] = [await person(world, 'ada'), await person(world, 'bo'), await person(world, 'cy')];
  mio = await person(world, 'mio', 'moderator');
});
afterAll(async () => {
  // the round was written down by hand, and so was what its works cost: only what prizes say is asked
  const { violations } = await verifyMoney(world.context.db, 'full', clock.now());
  expect(violations.filter(({ invariant }) => /award|escrow|prize|journal/.test(invariant))).toEqual([]);
  await world.end();
});

const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** A round that is final, with its standings published and its prizes put aside; ada's entry is hers and bo's. */
async function finalRound(): Promise<MadeRound> {
  const { database } = world.context;
  const at = clock.now();
  const made = await roundIn(world, {
    ...{ slug: `final-${(count += 1)}`, entries: 3, authors: [ada.id, bo.id, cy.id], state: 'final' },
    ...{ opens_at: day('2026-12-01'), locks_at: day('2026-12-22'), qualifying_at: day('2026-12-24') },
    ...{ final_at: day('2026-12-29'), tally_at: day('2027-01-01'), with_files: false },
  });
  const { id, category_id, entries } = made;
  await database.inTransaction(async (tx) => {
    await ledger.post(tx, prizeEscrowFunded(id, 6n * NANOS), at);
    await tx
      .updateTable('competitions.round')
      .set({ funded_nanos: 6n * NANOS })
      .where('id', '=', id)
      .execute();
    const prizes = [3n, 2n, 1n].map((times, place) => ({
      ...{ category_id, place: place + 1, amount_nanos: times * NANOS },
    }));
    await tx.insertInto('competitions.prize').values(prizes).execute();
    await tx
      .insertInto('competitions.tally')
      .values({
        ...{ id: newId<TallyId>(at), category_id, version: 1, reason: 'close', says: 'The first count.' },
        ...{ asked_at: at, published_at: at, bundle_digest: '0'.repeat(64), bundle_file: '0'.repeat(64) },
      })
      .execute();
    await insertPlaces(tx, made, { version: 1, entries: entries.slice(0, 2) });
    await tx
      .updateTable('competitions.entry')
      .set({ state: 'awarded' })
      .where(
        'id',
        'in',
        entries.slice(0, 2).map((entry) => entry.id),
      )
      .execute();
    await mintAwards(tx, world.context, id, at);
  });
  return made;
}
type Standings = { version: number; entries: MadeRound['entries'] };
async function insertPlaces(tx: Tx, { category_id }: MadeRound, { version, entries }: Standings) {
  const places = entries.map(({ id: entry_id, digest }, place) => ({
    ...{ category_id, version, place_slot: place + 1, place: place + 1, shared: false, entry_id },
    ...{ title: 'A', asset_digest: digest, model_title: 'M', creator_name: 'C', at: clock.now() },
    amount_nanos: BigInt(3 - place) * NANOS,
  }));
  await tx.insertInto('competitions.place').values(places).execute();
}
/** Other standings are out: these have the places now. */
async function publishNext(round: MadeRound, entries: MadeRound['entries']): Promise<void> {
  const at = clock.now();
  await world.context.database.inTransaction(async (tx) => {
    const because = { reason: 'rules', says: 'Another order.', by: SYSTEM };
    const version = await nextVersion(tx, round.category_id, because, at);
    await tx
      .updateTable('competitions.tally')
      .set({ published_at: at, bundle_digest: '0'.repeat(64), bundle_file: '0'.repeat(64) })
      .where('category_id', '=', round.category_id)
      .where('version', '=', version)
      .execute();
    await insertPlaces(tx, round, { version, entries });
    await mintAwards(tx, world.context, round.id, at);
  });
}
const lies = async (account: ledger.Account) => (await ledger.accrued(world.context.db, [account]))(account);
async function aside(id: RoundId): Promise<bigint> {
  const escrow = prizeEscrow(id);
  return (await ledger.balances(world.context.db, [escrow]))(escrow).available;
}
const owed = (id: AccountId) => lies(awarded(id));
const awardOf = async (who: Person, { slug }: MadeRound) => {
  const { items } = await who.api.competitions.listMyAwards({});
  return present(
    items.find(({ round }) => round.slug === slug),
    `an award of ${who.handle}`,
  );
};
const answer = async (who: Person, round: MadeRound, accepted: boolean) => {
  const { id, version } = await awardOf(who, round);
  return who.api.competitions.createAwardAnswer({ id, version, accepted });
};
const stateOf = async ({ id }: MadeRound) =>
  await world.context.db
    .selectFrom('competitions.round')
    .select(['state', 'returned_nanos'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

describe('what a place brings is owed once', () => {
  test('minted by eight at once, however often, it is one award each; taken, the rest goes back', async () => {
    const round = await finalRound();
    const { database } = world.context;
    const again = () => database.inTransaction((tx) => mintAwards(tx, world.context, round.id, clock.now()));
    await Promise.all(Array.from({ length: 8 }, again));
    expect(await owed(ada.id)).toBe(3n * NANOS);
    expect(await owed(bo.id)).toBe(2n * NANOS);
    expect(await aside(round.id)).toBe(NANOS);
    const first = await awardOf(ada, round);
    expect(first).toMatchObject({ place: 1, state: 'created', amount_nanos: String(3n * NANOS) });
    await expectRefusal(
      bo.api.competitions.createAwardAnswer({ id: first.id, version: first.version, accepted: true }),
      'NOT_FOUND',
    );
    expect((await answer(ada, round, true)).state).toBe('accepted');
    await expectRefusal(answer(ada, round, false), 'NOT_NOW');
    await fireTimers(world.context);
    expect((await stateOf(round)).state).toBe('final');
    // what is looked into keeps it open for whoever would move up by it
    const { slug } = round;
    await openCase(world.context, mio.id, {
      ...{ slug, kind: 'image' },
      anomaly: { kind: 'stealth', says: 'A photograph.', score: null, entry_id: null, voters: [] },
    });
    await answer(bo, round, true);
    await fireTimers(world.context);
    expect((await stateOf(round)).state).toBe('final');
    const [looked] = await competitions.integrityCasesOf(world.context.db, round.id);
    const { id } = present(looked, 'a case');
    await closeCase(world.context, mio.id, { id, outcome: 'nothing', reason: 'It is none.' });
    await fireTimers(world.context);
    expect(await stateOf(round)).toEqual({ state: 'settled', returned_nanos: NANOS });
    expect(await aside(round.id)).toBe(0n);
    const out = { id: round.entries[0]?.id ?? '', reason: 'rules' as const, says: 'Too late.' };
    await expectRefusal(mio.api.competitions.createDisqualification(out), 'NOT_NOW');
    const voiding = { slug, kind: 'image' as const, voters: ['somebody'], says: 'Too late.' };
    await expectRefusal(mio.api.competitions.createBallotVoiding(voiding), 'NOT_NOW');
    // nobody claimed within half a year of its being minted
    const reserve = await lies(prizeReserve);
    later(180);
    await fireTimers(world.context);
    expect((await awardOf(ada, round)).state).toBe('expired');
    expect(await lies(prizeReserve)).toBe(reserve + 5n * NANOS);
    later(20);
    await fireTimers(world.context);
    expect((await stateOf(round)).state).toBe('archived');
  });

  test('left or not answered in ten days it lies with the round again, and its entry is passed over', async () => {
    const round = await finalRound();
    expect((await answer(ada, round, false)).state).toBe('declined');
    expect(await owed(ada.id)).toBe(0n);
    expect(await aside(round.id)).toBe(4n * NANOS);
    later(10);
    await fireTimers(world.context);
    expect((await awardOf(bo, round)).state).toBe('expired');
    expect(await aside(round.id)).toBe(6n * NANOS);
    const states = await world.context.db
      .selectFrom('competitions.entry')
      .select('state')
      .where(
        'id',
        'in',
        round.entries.map(({ id }) => id),
      )
      .orderBy('id')
      .execute();
    expect(states.map(({ state }) => state)).toEqual(['declined', 'unresponsive', 'eligible']);
    // somebody moves up first: what is put aside does not go back before that is counted
    expect((await stateOf(round)).state).toBe('final');
  });

  test('what was taken stays taken when its winner moves up, and what was paid stays as it is', async () => {
    const round = await finalRound();
    const [, second, third] = round.entries.map((entry) => [entry]);
    const before = await owed(bo.id);
    await answer(bo, round, true);
    await answer(ada, round, false);
    later(1);
    await publishNext(round, second ?? []);
    const moved = { place: 1, amount_nanos: String(3n * NANOS) };
    expect(await awardOf(bo, round)).toMatchObject({ ...moved, state: 'accepted' });
    expect(await owed(bo.id)).toBe(before + NANOS);
    const id = asId<AwardId>((await awardOf(bo, round)).id);
    await world.context.database.inTransaction(async (tx) => {
      for (const act of ['clear', 'pay'] as const)
        await competitions.moveAward(tx, act, { id, by: SYSTEM, at: clock.now() });
    });
    later(1);
    await publishNext(round, [...(third ?? []), ...(second ?? [])]);
    expect(await awardOf(bo, round)).toMatchObject({ ...moved, id, state: 'paid' });
    expect(await awardOf(cy, round)).toMatchObject({ ...moved, state: 'created' });
    await answer(cy, round, true);
  });

  test('an award stays one for whoever has it: the ledger and the table refuse a second', async () => {
    const round = await finalRound();
    const { db } = world.context;
    const own = await db
      .selectFrom('competitions.award')
      .selectAll()
      .where('round_id', '=', round.id)
      .where('person_id', '=', ada.id)
      .executeTakeFirstOrThrow();
    await expect(
      db
        .insertInto('competitions.award')
        .values({ ...own, id: newId(clock.now()), place_slot: 5 })
        .execute(),
    ).rejects.toMatchObject({ constraint: 'award_once' });
    await answer(ada, round, true);
    await answer(bo, round, true);
  });
});
