import { toBaseUnits } from '@stellary/epochs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  awarded,
  awardsOwedBack,
  prizeEscrow,
  prizePool,
  prizeReserve,
} from '../../server/chart-of-accounts.ts';
import { disqualifyEntry, nextVersion } from '../../server/flows/disqualify-entry.ts';
import { closeCase, openCase } from '../../server/flows/look-into.ts';
import { cancelRound, resumeRound, suspendRound } from '../../server/flows/hold-round.ts';
import { mintAwards } from '../../server/flows/mint-awards.ts';
import { prizeEscrowFunded } from '../../server/flows/postings/index.ts';
import { gains, gives, posted } from '../../server/flows/postings/movement.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { claimsToEntries } from '../../server/subscribers/claims-to-entries.ts';
import {
  type AccountId,
  asId,
  type EntryId,
  idOf,
  newId,
  type RoundId,
  type TallyId,
} from '../../server/ids.ts';
import type { Tx } from '../../server/kit/database.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { verifyMoney } from '../../server/views/invariants.ts';
import { promisedOffChain } from '../../server/views/rewards/chain-books.ts';
import { type MadeRound, roundIn } from '../competitions.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { claims, cutBy, goesLive, isProposed, linked, paysOnChain, says, unlinked } from '../rewards.ts';
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
let nora: Person;
let lea: Person;
let lou: Person;
let count = 0;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  [ada, bo, cy] = [await person(world, 'ada'), await person(world, 'bo'), await person(world, 'cy')];
  mio = await person(world, 'mio', 'moderator');
  nora = await person(world, 'nora', 'moderator');
  [lea, lou] = [await person(world, 'lea', 'finance'), await person(world, 'lou', 'finance')];
  await paysOnChain(world, 1_000n * NANOS);
  // each at a machine of their own
  await world.context.db.deleteFrom('campaigns.trace').execute();
});
afterAll(async () => {
  // the round was written down by hand, and so was what its works cost: only what prizes say is asked
  const { violations } = await verifyMoney(world.context.db, 'full', clock.now());
  expect(violations.filter(({ invariant }) => /award|escrow|prize|journal/.test(invariant))).toEqual([]);
  await world.end();
});

const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** A round that is final, with its standings published and its prizes put aside; ada's entry may be somebody else's too. */
async function finalRound(
  together: { with: Person; share_ppm: number } | null = null,
  putAside = prizeEscrowFunded,
): Promise<MadeRound> {
  const { database } = world.context;
  const at = clock.now();
  const made = await roundIn(world, {
    ...{ slug: `final-${(count += 1)}`, entries: 3, authors: [ada.id, bo.id, cy.id], state: 'final' },
    ...{ opens_at: day('2026-12-01'), locks_at: day('2026-12-22'), qualifying_at: day('2026-12-24') },
    ...{ final_at: day('2026-12-29'), tally_at: day('2027-01-01'), with_files: false },
  });
  const { id, category_id, entries } = made;
  await database.inTransaction(async (tx) => {
    await ledger.post(tx, putAside(id, 6n * NANOS), at);
    if (together) {
      const of_first = { entry_id: entries[0]?.id ?? '', category_id, entries_max: 3 };
      const { share_ppm } = together;
      await tx
        .updateTable('competitions.entry_person')
        .set({ share_ppm: 1_000_000 - share_ppm })
        .where('entry_id', '=', of_first.entry_id)
        .execute();
      await tx
        .insertInto('competitions.entry_person')
        .values({
          ...{ ...of_first, person_id: together.with.id, display_name: 'Another', ordinal: 1 },
          ...{ share_ppm, accepted_at: at },
        })
        .execute();
    }
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
const lies = async (account: ledger.Account) =>
  account.guarded
    ? (await ledger.balances(world.context.db, [account]))(account).available
    : (await ledger.accrued(world.context.db, [account]))(account);
/** Whoever links a wallet is in the next epoch with all that they took, and claims it. */
async function pay(who: Person): Promise<void> {
  const wallet = await linked(world, who.id);
  const epoch = await cutBy(world, [lea.id, lou.id]);
  await unlinked(world, who.id);
  await isProposed(world, epoch);
  await goesLive(world, epoch);
  await claims(world, epoch, wallet);
}
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
    await expectRefusal(mio.api.competitions.createDisqualification(out), 'SECOND_PERSON_NEEDED');
    const voiding = { slug, kind: 'image' as const, voters: ['somebody'], says: 'Too late.' };
    await expectRefusal(mio.api.competitions.createBallotVoiding(voiding), 'SECOND_PERSON_NEEDED');
    // nobody claimed within half a year of its being minted
    const pool = await lies(prizePool);
    later(180);
    await fireTimers(world.context);
    expect((await awardOf(ada, round)).state).toBe('expired');
    expect(await lies(prizePool)).toBe(pool + 5n * NANOS);
    later(20);
    await fireTimers(world.context);
    expect((await stateOf(round)).state).toBe('archived');
    await expectRefusal(mio.api.competitions.createDisqualification(out), 'NOT_NOW');
    await expectRefusal(mio.api.competitions.createBallotVoiding(voiding), 'NOT_NOW');
  });

  test('left or not answered in ten days it lies with the round again, and its entry is passed over', async () => {
    const round = await finalRound();
    const before = await owed(ada.id);
    expect((await answer(ada, round, false)).state).toBe('declined');
    expect(await owed(ada.id)).toBe(before - 3n * NANOS);
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

  test('by several authors it is divided as they agreed, and of those who leave it nobody else moves up', async () => {
    const round = await finalRound({ with: cy, share_ppm: 333_333 });
    const parts = [await awardOf(ada, round), await awardOf(cy, round)].map(({ amount_nanos, place }) => [
      place,
      BigInt(amount_nanos),
    ]);
    expect(parts).toEqual([
      [1, 2_000_001_002n],
      [1, 3n * NANOS - 2_000_001_002n],
    ]);
    await answer(ada, round, false);
    expect(await aside(round.id)).toBe(NANOS + 2_000_001_002n);
    const [first] = await competitions.entriesByIds(
      world.context.db,
      round.entries.slice(0, 1).map(({ id }) => id),
    );
    expect(first?.state).toBe('awarded');
    await answer(cy, round, true);
    await answer(bo, round, true);
    await fireTimers(world.context);
    expect(await stateOf(round)).toEqual({ state: 'settled', returned_nanos: NANOS + 2_000_001_002n });
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
    const { id } = await awardOf(bo, round);
    await pay(bo);
    later(1);
    await publishNext(round, [...(third ?? []), ...(second ?? [])]);
    const too_much = { ...moved, id, state: 'paid', owed_back_nanos: String(NANOS) };
    expect(await awardOf(bo, round)).toMatchObject(too_much);
    expect(await awardOf(cy, round)).toMatchObject({ ...moved, state: 'created' });
    await answer(cy, round, true);
    // and nothing of it any more when the place comes back
    await publishNext(round, second ?? []);
    expect(await awardOf(bo, round)).toMatchObject({ ...too_much, owed_back_nanos: '0' });
    expect(await lies(awardsOwedBack(bo.id))).toBe(0n);
  });

  describe('and taken from whoever is found out', () => {
    /** One moderator opens a case, the other takes the entry out. */
    async function disqualify(
      { slug }: MadeRound,
      entry_id: string,
      reason: 'minor' | 'blocked_country' | 'vote_fraud',
    ) {
      const anomaly = { kind: 'stealth' as const, says: 'Found out.', score: null, entry_id, voters: [] };
      await openCase(world.context, nora.id, { slug, kind: 'image', anomaly });
      const out = { id: asId<EntryId>(entry_id), reason, says: 'Found out.' };
      await disqualifyEntry(world.context, mio.id, out);
    }
    const awardsOf = async (round: MadeRound, who: Person) =>
      (await competitions.awardsOfRound(world.context.db, round.id))
        .filter(({ person_id }) => person_id === who.id)
        .map(({ state, source, returned_to, amount_nanos }) => [state, source, returned_to, amount_nanos]);

    test('after it is settled: what was not claimed is revoked, and the pool pays who moves up', async () => {
      const round = await finalRound();
      const [first, second, third] = round.entries;
      await answer(ada, round, true);
      await answer(bo, round, true);
      await pay(bo);
      await fireTimers(world.context);
      expect((await stateOf(round)).state).toBe('settled');
      const pool = await lies(prizePool);
      await disqualify(round, first?.id ?? '', 'minor');
      later(1);
      await publishNext(
        round,
        [second, third].filter((one) => one !== undefined),
      );
      expect(await awardsOf(round, ada)).toEqual([['revoked', 'escrow', 'pool', 3n * NANOS]]);
      // the one who was paid for the second place has the rest of the first, and is not asked again
      expect(await awardsOf(round, bo)).toEqual(
        expect.arrayContaining([
          ['paid', 'escrow', null, 2n * NANOS],
          ['accepted', 'pool', null, NANOS],
        ]),
      );
      expect(await awardsOf(round, cy)).toEqual([['created', 'pool', null, 2n * NANOS]]);
      expect(await lies(prizePool)).toBe(pool + 3n * NANOS - NANOS - 2n * NANOS);
      expect(await aside(round.id)).toBe(0n);
      // declined or not answered it goes back to where it came from, and it is history when nothing is open
      later(10);
      await fireTimers(world.context);
      expect(await awardsOf(round, cy)).toEqual([['expired', 'pool', 'pool', 2n * NANOS]]);
      later(181);
      await fireTimers(world.context);
      expect((await stateOf(round)).state).toBe('settled');
      await publishNext(round, second ? [second] : []);
      const [open] = (await competitions.integrityCasesOf(world.context.db, round.id)).filter(
        ({ state }) => state === 'open',
      );
      await closeCase(world.context, mio.id, {
        ...{ id: present(open, 'a case').id, outcome: 'disqualified', reason: 'Not of age.' },
      });
      later(20);
      await fireTimers(world.context);
      expect((await stateOf(round)).state).toBe('archived');
    });

    test('when they were paid: they owe it back, and the pool makes up what is not there', async () => {
      const round = await finalRound();
      const [first, second, third] = round.entries;
      for (const who of [ada, bo]) {
        await answer(who, round, true);
        await pay(who);
      }
      // a ring of two, after payment: what is left aside is a nano short of the first prize
      await disqualify(round, first?.id ?? '', 'vote_fraud');
      await disqualify(round, second?.id ?? '', 'blocked_country');
      const before = await lies(prizePool);
      later(1);
      // the pool is empty just now: whoever moves up waits for it, and nothing else does
      const treasury = `0x${'0e'.repeat(20)}` as const;
      const amount = toBaseUnits(before);
      await says(world, { kind: 'surplus_recovered', to: treasury, amount });
      await publishNext(round, third ? [third] : []);
      expect(await awardsOf(round, cy)).toEqual([]);
      await says(world, { kind: 'deposited', from: treasury, amount });
      later(1);
      await fireTimers(world.context);
      expect(await awardOf(ada, round)).toMatchObject({ state: 'paid', owed_back_nanos: String(3n * NANOS) });
      expect(await awardOf(bo, round)).toMatchObject({ state: 'paid', owed_back_nanos: String(2n * NANOS) });
      expect(await awardsOf(round, cy)).toEqual([['created', 'pool', null, 3n * NANOS]]);
      expect([await lies(awardsOwedBack(ada.id)), await lies(prizePool)]).toEqual([
        -3n * NANOS,
        // what they owe back is the pool's once it is taken off what they win later
        before - 3n * NANOS,
      ]);
      await expect(world.context.db.deleteFrom('competitions.recovery').execute()).rejects.toThrow();
      await answer(cy, round, true);
    });

    test('never by somebody who gains by it: an entrant, a judge, or who is near to one', async () => {
      const round = await finalRound();
      const [first] = round.entries;
      const entry_id = first?.id ?? '';
      const { db } = world.context;
      const anomaly = { kind: 'stealth' as const, says: 'Found out.', score: null, entry_id, voters: [] };
      const here = { slug: round.slug, kind: 'image' as const, anomaly };
      const out = () =>
        mio.api.competitions.createDisqualification({ id: entry_id, reason: 'rules', says: 'Found out.' });
      // one who has moderated since, and is near to whoever comes next
      const shared = {
        kind: 'device',
        hash: Buffer.alloc(32, 7),
        first_at: clock.now(),
        last_at: clock.now(),
      };
      await db
        .insertInto('campaigns.trace')
        .values([nora.id, cy.id].map((account_id) => ({ ...shared, account_id })))
        .execute();
      await expectRefusal(nora.api.competitions.createIntegrityCase(here), 'OWN_INTEREST');
      await db.deleteFrom('campaigns.trace').where('hash', '=', shared.hash).execute();
      await openCase(world.context, nora.id, here);
      // who opened it moderates no more: there is one person left
      await db.deleteFrom('identity.role').where('account_id', '=', nora.id).execute();
      await expectRefusal(out(), 'SECOND_PERSON_NEEDED');
      await db
        .insertInto('identity.role')
        .values(
          ['member', 'moderator'].map((role) => ({
            ...{ account_id: nora.id, role, granted_at: clock.now(), granted_by: 'a test' },
          })),
        )
        .execute();
      await db
        .updateTable('competitions.entry_person')
        .set({ person_id: mio.id })
        .where('entry_id', '=', round.entries[2]?.id ?? '')
        .execute();
      await expectRefusal(out(), 'OWN_INTEREST');
      await db
        .updateTable('competitions.entry_person')
        .set({ person_id: cy.id })
        .where('entry_id', '=', round.entries[2]?.id ?? '')
        .execute();
      await disqualifyEntry(world.context, mio.id, {
        ...{ id: asId<EntryId>(entry_id), reason: 'rules', says: 'Found out.' },
      });
    });
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

describe('a model that infringes rights', () => {
  const during = (state: string) =>
    roundIn(world, {
      ...{ slug: `rights-${(count += 1)}`, entries: 3, authors: [ada.id, bo.id, cy.id], state },
      ...{ opens_at: new Date(clock.now().getTime() - DAY_MS), locks_at: soon(10), qualifying_at: soon(12) },
      ...{ final_at: soon(17), tally_at: soon(20), with_files: false },
    });
  const soon = (days: number) => new Date(clock.now().getTime() + days * DAY_MS);
  const entriesOf = async ({ entries }: MadeRound) =>
    (
      await competitions.entriesByIds(
        world.context.db,
        entries.map(({ id }) => id),
      )
    ).toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const standing = async (round: MadeRound) =>
    (await entriesOf(round)).map(({ state, reason }) => [state, reason]);
  const upheld = async (model_id: string) => {
    const topic = 'model.infringes';
    const news = { id: 1n, xid: '1', topic, payload: { model_id }, at: clock.now() };
    await world.context.database.inTransaction((tx) => claimsToEntries.hear(tx, [news]));
  };

  test('takes what was made with it out, and gives the place back once while the round is open', async () => {
    const { db } = world.context;
    const [open, later_on, over] = [await during('open'), await during('qualifying'), await finalRound()];
    await db
      .updateTable('competitions.entry_person')
      .set({ slot: 1 })
      .where('category_id', '=', open.category_id)
      .execute();
    const model_id = present((await entriesOf(open))[0], 'an entry').model_id;
    const { id: another } = await db
      .selectFrom('registry.model')
      .select('id')
      .where('id', '<>', model_id)
      .executeTakeFirstOrThrow();
    const [, , last] = open.entries;
    const made = { with: another, by: ada.id };
    await db
      .updateTable('competitions.entry')
      .set({ model_id: made.with, person_id: made.by })
      .where('id', '=', last?.id ?? '')
      .execute();
    await upheld(model_id);
    const swap = ['ineligible', 'MODEL_RIGHTS'];
    expect(await standing(open)).toEqual([swap, swap, ['eligible', null]]);
    const slots = await competitions.peopleOf(
      db,
      open.entries.map(({ id }) => id),
    );
    expect(slots.map(({ slot }) => slot ?? 0).toSorted((one, other) => one - other)).toEqual([0, 0, 1]);
    expect(await standing(later_on)).toEqual(Array(3).fill(['disqualified', 'model_rights']));
    // what two persons made final they look at again, once
    expect((await standing(over)).map(([state]) => state)).toEqual(['awarded', 'awarded', 'eligible']);
    await upheld(model_id);
    const cases = await competitions.integrityCasesOf(db, over.id);
    expect(cases.map(({ anomaly, opened_by }) => [anomaly.kind, opened_by])).toEqual(
      Array(2).fill(['model_rights', null]),
    );
    // the second time it is out, and so is its place
    await upheld(another);
    expect((await standing(open))[2]).toEqual(['disqualified', 'model_rights']);
    expect((await competitions.peopleOf(db, [last?.id ?? open.entries[0]?.id ?? asId('')]))[0]?.slot).toBe(1);
    for (const who of [ada, bo]) await answer(who, over, true);
    await fireTimers(world.context);
    expect((await stateOf(over)).state).toBe('final');
  });
});

describe('a round that is held up', () => {
  const states = ['scheduled', 'open', 'locked', 'qualifying', 'final_round', 'tally'] as const;

  test('stands still wherever it is, goes on there with what is to come as much later, and may be called off', async () => {
    const edda = await person(world, 'edda', 'editor');
    await world.context.db.deleteFrom('campaigns.trace').execute();
    const { context } = world;
    for (const [place, state] of states.entries()) {
      const soon = (days: number) => new Date(clock.now().getTime() + (days - place) * 5 * DAY_MS);
      const { id } = await roundIn(world, {
        ...{
          slug: `held-${state.replace('_', '-')}`,
          entries: 2,
          authors: [ada.id, bo.id],
          state,
          with_files: false,
        },
        ...{ opens_at: soon(0.5), locks_at: soon(1.5), qualifying_at: soon(2.5), final_at: soon(3.5) },
        tally_at: soon(4.5),
      });
      const now = async () => present(await competitions.roundById(world.context.db, id), 'the round');
      const before = competitions.instantsIn(await now());
      const wish = async () => ({ id, version: (await now()).version, reason: 'A fault was found.' });
      // who stands in it holds up nothing
      await expect(suspendRound(context, ada.id, await wish())).rejects.toMatchObject({
        code: 'OWN_INTEREST',
      });
      await suspendRound(context, edda.id, await wish());
      clock.advance(DAY_MS);
      await resumeRound(context, edda.id, await wish());
      expect((await now()).state).toBe(state);
      const after = competitions.instantsIn(await now());
      const moved = Object.entries(after).map(
        ([name, time]) => time.getTime() - before[name as keyof typeof before].getTime(),
      );
      // what has come stays where it was
      expect(moved).toEqual([...Array(place).fill(0), ...Array(moved.length - place).fill(DAY_MS)]);
      await suspendRound(context, edda.id, await wish());
      await cancelRound(context, edda.id, await wish());
      expect((await now()).state).toBe('cancelled');
    }
  });
});

test('what was put aside before there was a pool is promised by the operator, and goes back to the pool', async () => {
  const { db } = world.context;
  const promised = await promisedOffChain(db);
  const asBefore: typeof prizeEscrowFunded = (id, amount) =>
    posted({ id: idOf('prize escrow', id), kind: 'escrow', memo: 'Prizes of the round' }, [
      [gives(prizeReserve, amount), gains(prizeEscrow(id), amount)],
    ]);
  const round = await finalRound(null, asBefore);
  expect(await promisedOffChain(db)).toBe(promised + 6n * NANOS);
  const pool = await lies(prizePool);
  for (const who of [ada, bo]) await answer(who, round, true);
  await fireTimers(world.context);
  expect(await stateOf(round)).toEqual({ state: 'settled', returned_nanos: NANOS });
  expect(await lies(prizePool)).toBe(pool + NANOS);
});
