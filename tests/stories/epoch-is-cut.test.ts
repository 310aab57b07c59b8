import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  awardsOwedBack,
  committed,
  onChain,
  prizePool,
  treasuryPromised,
} from '../../server/chart-of-accounts.ts';
import { BooksDiffer } from '../../server/flows/book-chain-event.ts';
import { mintAwards } from '../../server/flows/mint-awards.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { voidEpochOffChain } from '../../server/flows/void-epoch.ts';
import { type AccountId, asId, type AwardId, type EpochId, type HaltId, newId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { type Database, openDatabase } from '../../server/kit/database.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as identity from '../../server/modules/identity/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import * as rewards from '../../server/modules/rewards/index.ts';
import { verifyMoney } from '../../server/views/invariants.ts';
import { nextCut } from '../../server/views/rewards/next-cut.ts';
import { shownAddress } from '../../server/views/rewards/shown.ts';
import { REWARD_CHECKS } from '../../server/views/reward-checks.ts';
import { fundPool, type MadeRound, roundIn } from '../competitions.ts';
import { acceptedAward } from '../held-chain.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import {
  claims,
  cutBy,
  cutEpoch,
  DEPLOYMENT,
  goesLive,
  isProposed,
  isVetoed,
  linked,
  paysOnChain,
  says,
  unlinked,
} from '../rewards.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

// No chain runs here: what final blocks say is handed to the books, so that each thing that can happen does.
const clock = settableClock(new Date('2026-12-01T08:00:00Z'));
let world: World;
let owner: Database;
let lea: Person;
let lou: Person;
let ada: Person;
let bo: Person;
let first: MadeRound;
let second: MadeRound;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  [lea, lou] = [await person(world, 'lea', 'finance'), await person(world, 'lou', 'finance')];
  [ada, bo] = [await person(world, 'ada'), await person(world, 'bo')];
  owner = openDatabase(present(world.context.config.database_url, 'its address'), { connections_max: 1 });
  [first, second] = [await finalRound('first'), await finalRound('second')];
});
afterAll(async () => {
  // what their works cost was written down by hand
  const { violations } = await verifyMoney(world.context.db, 'full', clock.now());
  const ours = /award|prize|journal|leaf|epoch|commitment|claim|wallet|owe|deposit|pool|sums/;
  expect(violations.filter(({ invariant }) => ours.test(invariant) && !/generation/.test(invariant))).toEqual(
    [],
  );
  await owner.close();
  await world.end();
});

/** Final, counted, nothing of it looked into. */
async function finalRound(slug: string): Promise<MadeRound> {
  const at = clock.now();
  const ago = (days: number) => new Date(at.getTime() - days * DAY_MS);
  const round = await roundIn(world, {
    ...{ slug, entries: 2, authors: [ada.id, bo.id], state: 'final', with_files: false },
    ...{ opens_at: ago(40), locks_at: ago(30), qualifying_at: ago(29), final_at: ago(20), tally_at: ago(10) },
  });
  const of_nothing = '0'.repeat(64);
  await world.context.db
    .insertInto('competitions.tally')
    .values({
      ...{ id: newId(at), category_id: round.category_id, version: 1, reason: 'first', says: 'First.' },
      ...{ asked_at: at, published_at: at, bundle_digest: of_nothing, bundle_file: of_nothing },
    })
    .execute();
  return round;
}

const lies = async (account: ledger.Account) => {
  const { db } = world.context;
  return account.guarded
    ? (await ledger.balances(db, [account]))(account).available
    : (await ledger.accrued(db, [account]))(account);
};
const stateOf = async (id: AwardId) =>
  present(await competitions.awardById(world.context.db, id), 'an award').state;
const desk = () => lea.api.rewards.getRewardsDesk({});
const won = (round: MadeRound, who: Person, amount_nanos: bigint) =>
  acceptedAward(world, round, { entry: who.id === ada.id ? 0 : 1, amount_nanos });
const both = (): [AccountId, AccountId] => [lea.id, lou.id];
/** As they see it now, or saw it. */
async function approve(who: Person, { id, version }: { id: string; version: number }, seen?: string) {
  const { digest } = await nextCut(world.context.db, DEPLOYMENT, clock.now());
  return who.api.rewards.createEpochApproval({ id, version, digest: seen ?? digest });
}
let of_ada: string;
let of_bo: string;

test('without a chain the pool is the operator’s word, the first deposits make it good, and nothing is cut', async () => {
  const deposit = (key: string, amount_nanos: string) =>
    lea.api.rewards.createPoolDeposit({ headers: { 'idempotency-key': key }, body: { amount_nanos } });
  await deposit('the first one', '600');
  await deposit('the first one', '600');
  await expectRefusal(deposit('the first one', '601'), 'IDEMPOTENCY_CONFLICT');
  await expectRefusal(deposit('nothing at all', '0'), 'INVALID_INPUT');
  await expectRefusal(deposit('more than there is', '9'.repeat(18)), 'INVALID_INPUT');
  await expectRefusal(
    ada.api.rewards.createPoolDeposit({
      headers: { 'idempotency-key': 'not mine to do' },
      body: { amount_nanos: '1' },
    }),
    'NOT_ALLOWED',
  );
  expect(await desk()).toMatchObject({
    chain: null,
    pool_nanos: '600',
    promised_nanos: '600',
    preview: null,
  });
  await expectRefusal(lea.api.rewards.createEpoch({}), 'CHAIN_ABSENT');
  await paysOnChain(world, 400n);
  expect([await lies(treasuryPromised), await lies(prizePool)]).toEqual([-200n, 600n]);
  await says(world, { kind: 'deposited', from: DEPLOYMENT.token as `0x${string}`, amount: 800_500_000_000n });
  expect([await lies(treasuryPromised), await lies(prizePool), await lies(onChain(DEPLOYMENT))]).toEqual([
    ...[0n, 1_200n, -1_200n],
  ]);
  expect((await rewards.cursorOf(world.context.db))?.dust).toBe(500_000_000n);
});

const bannedAt = (who: Person, banned_at: Date | null) =>
  world.context.db.updateTable('identity.account').set({ banned_at }).where('id', '=', who.id).execute();

test('an epoch is cut by two, for whoever took an award and has a wallet that counts', async () => {
  await expectRefusal(lea.api.rewards.createEpoch({}), 'EPOCH_EMPTY');
  const one = await won(first, ada, 100n);
  const other = await won(first, bo, 50n);
  expect((await desk()).preview?.held_back).toEqual([
    expect.objectContaining({ why: 'no_wallet', people: 2, amount_nanos: '150' }),
  ]);
  await expectRefusal(lea.api.rewards.createEpoch({}), 'EPOCH_EMPTY');
  of_ada = await linked(world, ada.id);
  expect((await desk()).preview?.lines).toEqual([
    expect.objectContaining({
      person: expect.objectContaining({ handle: ada.handle }),
      wallet: shownAddress(of_ada),
      ...{ amount_nanos: '100', set_off_nanos: '0' },
      awards: [expect.objectContaining({ amount_nanos: '100' })],
    }),
  ]);
  await expectRefusal(ada.api.rewards.createEpoch({}), 'NOT_ALLOWED');
  const draft = await lea.api.rewards.createEpoch({});
  expect(draft).toMatchObject({ number: '1', state: 'drafted', can: { approve: { allowed: false } } });
  await expectRefusal(lou.api.rewards.createEpoch({}), 'EPOCH_UNDER_WAY');
  // banned after it was proposed
  await bannedAt(ada, clock.now());
  expect((await desk()).preview?.held_back).toContainEqual(
    expect.objectContaining({ why: 'banned', people: 1, amount_nanos: '100' }),
  );
  await expectRefusal(approve(lou, draft), 'EPOCH_EMPTY');
  await bannedAt(ada, null);
  await expectRefusal(approve(lea, draft), 'SECOND_PERSON_NEEDED');
  await expectRefusal(approve(lou, { ...draft, version: 2 }), 'STATE_CHANGED');
  await expectRefusal(approve(lou, draft, `0x${'0'.repeat(64)}`), 'EPOCH_CHANGED');
  await expectRefusal(approve(lou, { ...draft, id: newId<EpochId>(clock.now()) }), 'NOT_FOUND');
  const all = await Promise.allSettled(Array.from({ length: 4 }, () => approve(lou, draft)));
  const [cut, ...others] = all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (!cut) throw new Error('nobody could approve it');
  expect(others).toEqual([]);
  expect(cut).toMatchObject({ state: 'cut', leaves: 1, total_nanos: '100', added_nanos: '100' });
  expect([await stateOf(one), await stateOf(other)]).toEqual(['payable', 'accepted']);
  expect(await lies(committed(of_ada))).toBe(100n);
  await expectRefusal(approve(lou, { ...draft, version: 2 }), 'NOT_NOW');
  await expectRefusal(lou.api.rewards.createEpoch({}), 'EPOCH_UNDER_WAY');
  // the manifest lies under the digest that the chain will have
  const epoch = await cutEpoch(world, asId<EpochId>(cut.id));
  expect(await world.context.media.holds(rewards.manifestFile(epoch))).toBe(true);
});

test('voided before the chain can have it, everything is as it was, and its number goes to the next', async () => {
  const seen = present((await desk()).under_way, 'an epoch');
  const asked = { id: seen.id, version: seen.version, reason: 'Too early.' };
  await expectRefusal(lea.api.rewards.createEpochRetry({ id: seen.id, version: seen.version }), 'NOT_NOW');
  const voided = await lea.api.rewards.createEpochVoiding(asked);
  expect(voided).toMatchObject({ state: 'voided', number: '1', void_reason: 'Too early.' });
  expect([await lies(committed(of_ada)), await lies(prizePool)]).toEqual([0n, 1_050n]);
  await expectRefusal(lea.api.rewards.createEpochVoiding({ ...asked, version: voided.version }), 'NOT_NOW');
  const again = await cutBy(world, both());
  expect([again.number, again.total_nanos]).toEqual([1n, 100n]);
  await unlinked(world, ada.id);
});

test('what the chain may have is voided when a final block says it is gone; what was vetoed is offered again', async () => {
  const { database } = world.context;
  const epoch = present(await rewards.epochUnderWay(world.context.db), 'an epoch');
  const { id } = epoch;
  const step = async () => ({ id, version: present(await rewards.epochById(database.db, id), 'it').version });
  await isProposed(world, await cutEpoch(world, id));
  await isVetoed(world, await cutEpoch(world, id));
  expect((await lea.api.rewards.createEpochRetry(await step())).state).toBe('cut');
  await database.inTransaction((tx) => rewards.offerEpoch(tx, id, clock.now()));
  const asked = await lea.api.rewards.createEpochVoiding({ ...(await step()), reason: 'Wrong.' });
  expect(asked.state).toBe('voiding');
  expect(await lies(committed(of_ada))).toBe(100n);
  // it went live all the same: then it is paid
  await goesLive(world, await cutEpoch(world, id));
  expect((await rewards.liveEpoch(database.db))?.id).toBe(id);
  expect(await database.inTransaction((tx) => voidEpochOffChain(tx, world.context, epoch, clock.now()))).toBe(
    false,
  );
  await expectRefusal(
    lea.api.rewards.createEpochVoiding({ ...(await step()), reason: 'Wrong.' }),
    'EPOCH_WAS_ACTIVE',
  );
});

test('a final block that the books cannot follow is refused by name, and nothing of it is booked', async () => {
  const live = present(await rewards.liveEpoch(world.context.db), 'an epoch');
  const wallet = of_ada as `0x${string}`;
  const claim = { kind: 'claimed', wallet, to: wallet, epoch: live.number } as const;
  const root = {
    epoch: 2n,
    root: `0x${'0e'.repeat(32)}`,
    manifest: `0x${'0f'.repeat(32)}`,
    total: 1n,
  } as const;
  const refused = async (what: Parameters<typeof says>[1], code: BooksDiffer['code']) => {
    const before = await rewards.cursorOf(world.context.db);
    await expect(says(world, what)).rejects.toMatchObject({ name: 'BooksDiffer', code });
    expect(await rewards.cursorOf(world.context.db)).toEqual(before);
  };
  const nano = 10n ** 9n;
  await refused({ ...claim, amount: 99n * nano, cumulative: 99n * nano }, 'CLAIM_DIFFERS');
  await refused({ ...claim, amount: 99n * nano, cumulative: 100n * nano }, 'CLAIM_DIFFERS');
  await refused({ ...claim, epoch: 7n, amount: 100n * nano, cumulative: 100n * nano }, 'CLAIM_DIFFERS');
  await refused({ kind: 'surplus_recovered', to: wallet, amount: 1_051n * nano }, 'SURPLUS_SHORT');
  await refused({ kind: 'root_activated', ...root }, 'ROOT_FOREIGN');
  await refused({ kind: 'root_corrected', ...root }, 'ROOT_CORRECTED');
  // what only waits is written down
  await says(world, { kind: 'root_proposed', ...root, eta: clock.now() });
  await claims(world, live, of_ada);
  await expect(claims(world, live, of_ada)).rejects.toThrow(BooksDiffer);
  expect([await lies(committed(of_ada)), await lies(onChain(DEPLOYMENT))]).toEqual([0n, -1_100n]);
  await says(world, { kind: 'surplus_recovered', to: wallet, amount: 50n * nano });
  expect(await lies(prizePool)).toBe(1_000n);
});

test('who was given too much is given less the next time; in a new wallet, and the old one keeps its leaf', async () => {
  const { database } = world.context;
  // the standings know nobody of it: ada, who was paid, owes it back, and bo, who waits, has it no more
  const at = clock.now();
  await database.inTransaction((tx) => mintAwards(tx, world.context, first.id, at));
  expect([await lies(awardsOwedBack(ada.id)), await lies(prizePool)]).toEqual([-100n, 1_050n]);
  of_bo = await linked(world, bo.id);
  const small = await won(second, ada, 40n);
  await won(second, bo, 25n);
  of_ada = await linked(world, ada.id);
  const next = await cutBy(world, both());
  expect(Object.fromEntries(await rewards.leavesOf(database.db, next.id))).toEqual({
    [of_ada]: 100n,
    [of_bo]: 25n,
  });
  expect([await lies(awardsOwedBack(ada.id)), await lies(prizePool), next.added_nanos]).toEqual([
    -60n,
    1_025n,
    25n,
  ]);
  await isProposed(world, next);
  await goesLive(world, next);
  // taken off what she owed, it is paid with that
  expect(await stateOf(small)).toBe('paid');
  await won(second, ada, 70n);
  const third = await cutBy(world, both());
  expect((await rewards.leavesOf(database.db, third.id)).get(of_ada)).toBe(110n);
  await isProposed(world, third);
  await ada.api.marketplace.updateNotificationSwitch({ kind: 'claimable', on: false });
  await goesLive(world, third);
  expect((await rewards.epochById(database.db, next.id))?.state).toBe('superseded');
  // by a proof of the epoch before, as long as it is taken
  await claims(world, next, of_bo);
  await claims(world, third, of_ada);
  expect([await lies(committed(of_ada)), await lies(committed(of_bo))]).toEqual([0n, 0n]);
});

test('who has something to claim is told so, here and by letter unless they switched it off, and that it was paid', async () => {
  const mails = await identity.listMail(world.context.db, { after: null, limit: 100 });
  const letters = mails.filter(({ text }) => text.includes(`${world.context.origins.public}/rewards\n`));
  const { email } = present(await identity.accountById(world.context.db, bo.id), 'bo');
  expect(letters.map(({ to, subject }) => [to === email, subject])).toEqual([
    [true, 'You can claim 0.000000025 $STELAI'],
    [false, 'You can claim 0.0000001 $STELAI'],
  ]);
  expect(letters[0]?.text).toContain(`for your wallet ${shownAddress(of_bo)}, and do not lapse`);
  const told = async ({ api }: Person) =>
    (await api.marketplace.listNotifications({})).items.flatMap(({ kind, title, path, people }) =>
      path === '/rewards' && people.length === 0 ? [[kind, title]] : [],
    );
  expect(await told(bo)).toEqual([
    ['claim_paid', '0.000000025 $STELAI'],
    ['claimable', '0.000000025 $STELAI'],
  ]);
  // nothing of what was taken wholly off what she owed
  expect(await told(ada)).toEqual([
    ['claim_paid', '0.00000001 $STELAI'],
    ['claim_paid', '0.0000001 $STELAI'],
    ['claimable', '0.0000001 $STELAI'],
  ]);
});

test('what was won in a round that is counted anew waits, and its winner is told why', async () => {
  const { db } = world.context;
  const award = await won(second, ada, 30n);
  const of_ada_now = async () => {
    const { next, items } = await ada.api.rewards.getRewards({});
    const held = items.flatMap(({ is_held_back, award: { id } }) => (is_held_back ? [id] : []));
    return { held, next: next.map(({ kind }) => kind), step: next[0] };
  };
  expect(await of_ada_now()).toMatchObject({ held: [], next: ['next_epoch'] });
  const again = {
    id: newId(clock.now()),
    category_id: second.category_id,
    version: 2,
    asked_at: clock.now(),
  };
  await db
    .insertInto('competitions.tally')
    .values({ ...again, reason: 'correction', says: 'A voter was bought.' })
    .execute();
  expect(await of_ada_now()).toMatchObject({
    ...{ held: [award], next: ['looked_into'] },
    step: { amount_nanos: '30', rounds: [{ slug: 'second' }] },
  });
  await expectRefusal(lea.api.rewards.createEpoch({}), 'EPOCH_EMPTY');
  await owner.db.deleteFrom('competitions.tally').where('id', '=', again.id).execute();
});

test('nobody approves their own, nothing is cut while all stands still, or for more than lies on the chain', async () => {
  const { database, db } = world.context;
  const award = present((await competitions.acceptedAwards(db, ada.id))[0], 'what she won').id;
  const grant = {
    account_id: ada.id,
    role: 'finance' as const,
    granted_at: clock.now(),
    granted_by: 'a test',
  };
  await db.insertInto('identity.role').values(grant).execute();
  const draft = await lea.api.rewards.createEpoch({});
  await expectRefusal(approve(ada, draft), 'OWN_INTEREST');
  await db.deleteFrom('identity.role').where('account_id', '=', lea.id).execute();
  await expectRefusal(approve(lou, draft), 'EPOCH_PROPOSER_LEFT');
  await db
    .insertInto('identity.role')
    .values({ ...grant, account_id: lea.id })
    .execute();
  const halt = {
    id: newId<HaltId>(clock.now()),
    code: 'BOOKS_DIFFER',
    says: 'They differ.',
    at: clock.now(),
  };
  await database.inTransaction((tx) => rewards.insertHalt(tx, { ...halt, detail: {} }));
  await expectRefusal(approve(lou, draft), 'CHAIN_HALTED');
  expect(await desk()).toMatchObject({ halt: { code: 'BOOKS_DIFFER' }, can: { draft: { allowed: false } } });
  await database.inTransaction((tx) =>
    rewards.endHalt(tx, { id: halt.id, by: lou.id, reason: 'They do not.' }, clock.now()),
  );
  // promised by the operator, and not on the chain
  await fundPool(world, 5_000n);
  const large = await won(second, bo, 4_000n);
  await expectRefusal(approve(lou, draft), 'EPOCH_UNFUNDED');
  await database.inTransaction((tx) => mintAwards(tx, world.context, second.id, clock.now()));
  expect([await stateOf(award), await stateOf(large)]).toEqual(['revoked', 'revoked']);
  await expectRefusal(approve(lou, draft), 'EPOCH_EMPTY');
  const { version } = await lou.api.rewards.createEpochVoiding({
    ...{ id: draft.id, version: draft.version, reason: 'There is nothing in it.' },
  });
  expect(version).toBe(2);
});

test('who linked a wallet waits for us as long as it takes; who did not has half a year', async () => {
  await unlinked(world, bo.id);
  const third = await finalRound('third');
  const [waits, lapses] = [await won(third, ada, 10n), await won(third, bo, 10n)];
  for (const subject_id of [waits, lapses])
    await world.context.db
      .insertInto('kit.timer')
      .values({
        ...{ id: newId(clock.now()), kind: competitions.CLAIM_TIMER, subject_id },
        ...{ due_at: new Date(clock.now().getTime() + 180 * DAY_MS), set_at: clock.now() },
      })
      .execute();
  clock.advance(181 * DAY_MS);
  await fireTimers(world.context);
  expect([await stateOf(waits), await stateOf(lapses)]).toEqual(['accepted', 'expired']);
});

/** What the owner of the database could do and nobody else; each is found, and undone again. */
test.each([
  [
    'a leaf is larger',
    `update rewards.leaf set cumulative_nanos = cumulative_nanos + 1`,
    'each leaf is what epochs',
  ],
  [
    'a wallet is left out of the newest epoch',
    `delete from rewards.leaf where (epoch_id, wallet) = (select epoch_id, wallet from rewards.leaf join rewards.epoch e on e.id = epoch_id order by e.number desc, wallet limit 1)`,
    'no leaf is smaller',
  ],
  [
    'an epoch says another total',
    `update rewards.epoch set total_nanos = total_nanos + 1 where state = 'active'`,
    'an epoch says how many',
  ],
  [
    'a commitment is of fewer awards',
    `delete from rewards.commitment_award`,
    'a commitment is of the awards',
  ],
  [
    'a wallet was paid more',
    `update rewards.chain_event set amount_nanos = amount_nanos + 1 where kind = 'claimed'`,
    'what lies with each wallet',
  ],
  ['a claim is forgotten', `delete from rewards.chain_event where kind = 'claimed'`, 'all leaves come to'],
  [
    'a claim is of no leaf',
    `update rewards.chain_event set cumulative_nanos = cumulative_nanos + 1 where kind = 'claimed'`,
    'each claim is of a leaf',
  ],
  [
    'an award waits again that was paid',
    `update competitions.award set state = 'accepted' where state = 'paid'`,
    'an award is committed by one',
  ],
])('verify finds it when %s', async (_what, fault, found) => {
  const broken = await brokenAfter(fault);
  expect(broken.filter((name) => name.startsWith(found))).toHaveLength(1);
});

async function brokenAfter(fault: string): Promise<string[]> {
  const broken: string[] = [];
  const undone = new Error('undone');
  const tables = ['leaf', 'commitment', 'commitment_award', 'chain_event'].map((name) => `rewards.${name}`);
  const trying = owner.inTransaction(async (tx) => {
    for (const table of tables) await sql.raw(`alter table ${table} disable trigger user`).execute(tx);
    await sql.raw(fault).execute(tx);
    for (const [name, query] of Object.entries(REWARD_CHECKS))
      if ((await ledger.exceptions(tx, name, query)).length > 0) broken.push(name);
    throw undone;
  });
  await expect(trying).rejects.toBe(undone);
  return broken;
}
