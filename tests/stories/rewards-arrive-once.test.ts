import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifest } from '@stellary/epochs';
import { awarded, committed, prizePool } from '../../server/chart-of-accounts.ts';
import { type Chain, ChainFailed } from '../../server/chain/index.ts';
import type { Context } from '../../server/context.ts';
import { fundPool } from '../../server/flows/fund-pool.ts';
import { liftHalt } from '../../server/flows/halt-rewards.ts';
import { indexOnce } from '../../server/flows/index-chain.ts';
import { publishOnce } from '../../server/flows/publish-epoch.ts';
import { reconcileOnce } from '../../server/flows/reconcile-chain.ts';
import { relayClaim } from '../../server/flows/relay-claim.ts';
import { settleOnce } from '../../server/flows/settle-rewards.ts';
import { tendingOf } from '../../server/flows/tend-chain.ts';
import { askToVoid, retryEpoch } from '../../server/flows/void-epoch.ts';
import type { AccountId, AwardId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import * as rewards from '../../server/modules/rewards/index.ts';
import { Refusal } from '../../server/refuse.ts';
import { verifyMoney } from '../../server/views/invariants.ts';
import { ownClaims, proofFile } from '../../server/views/rewards/claims.ts';
import { manifestOf } from '../../server/views/rewards/proofs.ts';
import { type MadeRound, people } from '../competitions.ts';
import { acceptedAward, cut, type HeldChain, holdChain, linked, roundWithEntries } from '../held-chain.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const STELAI = 10n ** 9n;
const BASE = 10n ** 9n;

let world: World;
let held: HeldChain;
let round: MadeRound;
let finance: [AccountId, AccountId];
let admin: AccountId;
let ada: AccountId;
let ben: AccountId;
/** Of a generation that was written down by hand. */
let at_first: readonly unknown[];
const [adas, bens] = [wallet(), wallet()];

function wallet(): string {
  return `0x${randomBytes(20).toString('hex')}`;
}

beforeAll(async () => {
  world = await startWorld({ roles: 'web' });
  held = await holdChain(world);
  round = await roundWithEntries(world, 2);
  [ada, ben] = round.entries.map(({ author_id }) => author_id) as [AccountId, AccountId];
  const staff = await people(world, 'finance', 3, new Date(0));
  [finance, admin] = [[staff[0]!, staff[1]!], staff[2]!];
  await world.context.db
    .insertInto('identity.role')
    .values(
      staff.map((account_id) => ({
        account_id,
        role: account_id === admin ? 'admin' : 'finance',
        ...{ granted_at: new Date(0), granted_by: 'a test' },
      })),
    )
    .execute();
  await linked(world, ada, adas);
  await linked(world, ben, bens);
  at_first = (await verifyMoney(world.context.db)).violations;
});
afterAll(async () => {
  await held?.end();
  await world?.end();
});

/** A process of its own, with a chain that may be another than it should be. */
function process(chain: Partial<Chain> = {}, more: Partial<Context> = {}): Context {
  const { context } = world;
  const setting = { kind: 'embedded', is_asked_for: true, delay_s: 60n, grace_s: 3_600n } as const;
  const config = { ...context.config, chain: setting };
  return { ...context, config, ...more, chain: { ...held.chain, ...chain } };
}

const settled = async () => {
  await held.settle();
  return indexOnce(process());
};
const published = async () => {
  expect(await publishOnce(process())).toMatchObject({ did: 'propose' });
  await settled();
  await held.waitOut();
  expect(await publishOnce(process())).toMatchObject({ did: 'activate' });
  expect(await settled()).toMatchObject({ did: 'advanced', events: 1 });
};
const award = (entry: number, stelai: bigint) =>
  acceptedAward(world, round, { entry, amount_nanos: stelai * STELAI });
const stateOfAward = async (id: AwardId) => (await competitions.awardById(world.context.db, id))?.state;
const stateOfEpoch = async ({ id }: Pick<rewards.Epoch, 'id'>) =>
  present(await rewards.epochById(world.context.db, id), 'an epoch');
const lies = async (address: string) => {
  const account = committed(address);
  return (await ledger.balances(world.context.db, [account]))(account).available;
};
const pool = async () => (await ledger.balances(world.context.db, [prizePool]))(prizePool).available;
const refused = (asked: Promise<unknown>) =>
  asked.then(
    () => 'nothing was wrong',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );
const haltedBy = async () => (await rewards.haltOf(world.context.db))?.code;
const lift = async () => {
  const { id } = present(await rewards.haltOf(world.context.db), 'a halt');
  await liftHalt(world.context, admin, { id, reason: 'Looked into it.' });
};

test('a deposit is the pool’s once it is final; what is no whole nano is kept until it is one', async () => {
  await held.chain.deposit(1_000n * STELAI * BASE + 1n);
  await indexOnce(process());
  expect(await pool()).toBe(0n);
  expect(await settled()).toMatchObject({ did: 'advanced' });
  expect(await pool()).toBe(1_000n * STELAI);
  await held.chain.deposit(BASE - 1n);
  await held.settle();
  const behind = process({ finalized: () => held.chain.blockAt(1n) });
  expect(await indexOnce(behind)).toMatchObject({ did: 'behind' });
  // two read at once, and one was quicker
  const slow: Chain['stateAt'] = async (block) => {
    expect(await indexOnce(process())).toMatchObject({ did: 'advanced', events: 1 });
    return held.chain.stateAt(block);
  };
  expect(await indexOnce(process({ stateAt: slow }))).toMatchObject({ did: 'raced', events: 0 });
  expect(await pool()).toBe(1_000n * STELAI + 1n);
  expect(await rewards.lastReconciliation(world.context.db)).toMatchObject({
    agrees: true,
    books_nanos: 1_000n * STELAI + 1n,
    chain_nanos: 1_000n * STELAI + 1n,
    state: { dust: '0', live: null, pending: null },
  });
});

test('what is too much for one go comes in whole blocks, and at once from a node that forgot them', async () => {
  for (let times = 0; times < 4; times += 1) await held.chain.deposit(STELAI * BASE);
  await held.settle();
  const to = (await held.chain.finalized()).number;
  expect(await indexOnce(process(), 1)).toMatchObject({ did: 'advanced', events: 1, more: true });
  const forgetful: Chain['stateAt'] = (block) =>
    block < to
      ? Promise.reject(new ChainFailed('CHAIN_BLOCK_UNKNOWN', 'forgotten'))
      : held.chain.stateAt(block);
  const all = { did: 'advanced', block_number: to, events: 3, more: false };
  expect(await indexOnce(process({ stateAt: forgetful }), 1)).toMatchObject(all);
  expect(await pool()).toBe(1_004n * STELAI + 1n);
});

test('an award is cut, published, claimed and paid, once, whoever is killed on the way', async () => {
  const id = await award(0, 30n);
  await award(1, 12n);
  const epoch = await cut(world, finance);
  expect(await stateOfAward(id)).toBe('payable');

  // killed before it sent, and killed before it heard that it had
  const away = () => Promise.reject(new ChainFailed('CHAIN_AWAY', 'killed'));
  await expect(publishOnce(process({ propose: away }))).rejects.toThrow('killed');
  const deaf: Chain['propose'] = async (root) => {
    await held.chain.propose(root);
    return away();
  };
  await expect(publishOnce(process({ propose: deaf }))).rejects.toThrow('killed');
  expect(await publishOnce(process())).toMatchObject({ did: 'wait', why: 'it waits out its delay' });
  await settled();
  expect(await stateOfEpoch(epoch)).toMatchObject({ state: 'proposed', eta: expect.any(Date) });
  await held.waitOut();
  expect(await publishOnce(process())).toMatchObject({ did: 'activate', epoch: 1n });
  expect(await publishOnce(process())).toMatchObject({ did: 'wait', why: 'live, and not final yet' });
  await settled();
  expect(await stateOfEpoch(epoch)).toMatchObject({ state: 'active' });

  const context = process();
  const [item] = (await ownClaims(context, ada)).items;
  expect(item).toMatchObject({ claimable_nanos: String(30n * STELAI), can: { relay: { allowed: true } } });
  expect(await refused(relayClaim(context, ada, { wallet: bens }))).toBe('NOT_FOUND');
  const sent = await relayClaim(context, ada, { wallet: adas });
  expect(await refused(relayClaim(context, ada, { wallet: adas }))).toBe('CLAIM_NOTHING');
  await indexOnce(context);
  const [seen] = (await ownClaims(context, ada)).items;
  expect(seen).toMatchObject({
    ...{ claimed_nanos: '0', seen_nanos: String(30n * STELAI), claimable_nanos: '0', call: null },
    provisional: [{ tx_hash: sent.tx_hash, amount_nanos: String(30n * STELAI) }],
  });
  expect(await stateOfAward(id)).toBe('payable');

  // the answer to COMMIT is lost
  await held.settle();
  const { database } = world.context;
  const lost = process(
    {},
    {
      database: {
        ...database,
        inTransaction: async (act) => {
          await database.inTransaction(act);
          throw new Error('the answer was lost');
        },
      },
    },
  );
  await expect(indexOnce(lost)).rejects.toThrow('lost');
  expect(await indexOnce(process())).toMatchObject({ did: 'nothing' });
  expect(await stateOfAward(id)).toBe('paid');
  expect([await lies(adas), await lies(bens)]).toEqual([0n, 12n * STELAI]);
  expect(await reconcileOnce(process())).toBe('agrees');
});

test('manifest and proof are enough to be paid without us, though the files of the tree are lost', async () => {
  const live = present(await rewards.liveEpoch(world.context.db), 'a live epoch');
  const manifest = Buffer.from(await (await manifestOf(process(), 1n)).arrayBuffer());
  expect(`0x${createHash('sha256').update(manifest).digest('hex')}`).toBe(live.manifest_digest);
  expect(readManifest(manifest).leaves).toHaveLength(2);
  await world.context.media.remove(rewards.manifestFile(live));
  expect(Buffer.from(await (await manifestOf(process(), 1n)).arrayBuffer())).toEqual(manifest);
  const place = world.context.media.pathOf(rewards.manifestFile(live));
  await writeFile(place, manifest.subarray(1));
  expect(Buffer.from(await (await manifestOf(process(), 1n)).arrayBuffer())).toEqual(manifest);
  await writeFile(place, manifest);
  expect(await refused(manifestOf(process(), 2n))).toBe('EPOCH_NOT_PUBLISHED');
  expect(await refused(proofFile(process(), held.chain, wallet()))).toBe('EPOCH_NOT_PUBLISHED');
  const proof = JSON.parse(await (await proofFile(process(), held.chain, bens)).text()) as {
    call: { to: string; data: string };
  };
  const stranger = world.visitor();
  const told = (await stranger.api.rewards.getManifest({ number: '1' })) as File;
  expect(Buffer.from(await told.arrayBuffer())).toEqual(manifest);
  await expectRefusal(stranger.api.rewards.getManifest({ number: '2' }), 'EPOCH_NOT_PUBLISHED');
  await expectRefusal(stranger.api.rewards.getProof({ wallet: bens }), 'CHAIN_ABSENT');
  await expectRefusal(stranger.api.rewards.getClaim({}), 'NOT_SIGNED_IN');
  const member = await world.member('eve');
  expect(await member.api.rewards.getClaim({})).toMatchObject({ chain: { is_embedded: true }, items: [] });
  await expectRefusal(member.api.rewards.createRelayedClaim({ wallet: bens }), 'CHAIN_ABSENT');
  const lifting = { id: admin, reason: 'Let me.' };
  await expectRefusal(member.api.rewards.createHaltLifting(lifting), 'NOT_ALLOWED');

  const from = wallet();
  await held.ask('anvil_impersonateAccount', from);
  await held.ask('anvil_setBalance', from, '0xde0b6b3a7640000');
  await held.ask('eth_sendTransaction', { from, ...proof.call });
  await settled();
  expect(await lies(bens)).toBe(0n);
});

test('a block that goes takes nothing with it but what was shown', async () => {
  await award(0, 5n);
  await cut(world, finance);
  await published();
  // pressed again while it is in no block, nothing more is paid for
  let times = 0;
  const relayClaims: Chain['relayClaims'] = async () => ({ tx_hash: `0x${'1'.repeat(63)}${(times += 1)}` });
  const slow = process({ relayClaims, outcomeOf: async () => null });
  const first = await relayClaim(slow, ada, { wallet: adas });
  expect(await relayClaim(slow, ada, { wallet: adas })).toEqual(first);
  expect(times).toBe(1);
  await relayClaim(process(), ada, { wallet: adas });
  await indexOnce(process());
  expect(await rewards.provisionalOf(world.context.db, [adas])).toHaveLength(1);
  await held.ask('anvil_reorg', 1, []);
  await indexOnce(process());
  expect(await rewards.provisionalOf(world.context.db, [adas])).toHaveLength(0);
  expect(await lies(adas)).toBe(5n * STELAI);
  await relayClaim(process(), ada, { wallet: adas });
  await settled();
  expect(await lies(adas)).toBe(0n);
  expect(await reconcileOnce(process())).toBe('agrees');
});

test('a node that leaves a claim out is found out, and nothing is booked until somebody looked', async () => {
  await award(1, 7n);
  await cut(world, finance);
  await published();
  await relayClaim(process(), ben, { wallet: bens });
  await held.settle();
  const before = await rewards.cursorOf(world.context.db);
  const eventsBetween: Chain['eventsBetween'] = async (from, to) =>
    (await held.chain.eventsBetween(from, to)).filter(({ kind }) => kind !== 'claimed');
  expect(await indexOnce(process({ eventsBetween }))).toMatchObject({
    did: 'halted_now',
    code: 'BOOKS_DIFFER',
  });
  expect(await rewards.cursorOf(world.context.db)).toEqual(before);
  expect(await indexOnce(process())).toMatchObject({ did: 'halted' });
  expect(await publishOnce(process())).toMatchObject({ did: 'halted' });
  expect(await reconcileOnce(process())).toBe('halted');
  expect(await refused(relayClaim(process(), ben, { wallet: bens }))).toBe('CHAIN_HALTED');
  expect(await refused(cut(world, finance))).toBe('CHAIN_HALTED');
  const { id } = present(await rewards.haltOf(world.context.db), 'a halt');
  expect(
    await world.context.db
      .selectFrom('identity.mail')
      .select('recipient')
      .where('subject', '=', 'Payments of $STELAI stand still')
      .where('text', 'like', '%BOOKS_DIFFER%')
      .execute(),
  ).toEqual([{ recipient: 'finance-2@example.org' }]);
  await lift();
  expect(await refused(liftHalt(world.context, admin, { id, reason: 'Twice.' }))).toBe('HALT_GONE');
  expect(await indexOnce(process())).toMatchObject({ did: 'advanced' });
  expect(await lies(bens)).toBe(0n);

  // another chain under the same name
  const blockAt: Chain['blockAt'] = async (number) => ({
    ...(await held.chain.blockAt(number)),
    hash: `0x${'0'.repeat(64)}`,
  });
  expect(await indexOnce(process({ blockAt }))).toMatchObject({ code: 'CURSOR_BLOCK_GONE' });
  await lift();
});

test('a root that is not ours stops everything; once it is vetoed, all goes on', async () => {
  const live = present(await rewards.liveEpoch(world.context.db), 'a live epoch');
  const total = live.total_nanos * BASE;
  const root = `0x${'ab'.repeat(32)}`;
  await held.chain.propose({ epoch: live.number + 1n, root, manifest: root, total });
  expect(await publishOnce(process())).toMatchObject({ did: 'halted_now', why: 'ROOT_PENDING_FOREIGN' });
  await lift();
  await held.settle();
  expect(await indexOnce(process())).toMatchObject({ code: 'ROOT_PENDING_FOREIGN' });
  await held.chain.veto();
  await lift();
  await held.settle();
  // though it stops on the way where the root was pending still
  expect(await indexOnce(process(), 1)).toMatchObject({ did: 'advanced', events: 1, more: true });
  expect(await indexOnce(process(), 1)).toMatchObject({ did: 'advanced', events: 1 });
  expect(await haltedBy()).toBeUndefined();
});

test('what was vetoed waits for a person; what is voided is taken off the chain, and is owed as before', async () => {
  const id = await award(0, 9n);
  const epoch = await cut(world, finance);
  await publishOnce(process());
  await held.chain.veto();
  // not final yet, and not undone
  expect(await publishOnce(process())).toMatchObject({ did: 'wait', why: 'vetoed, and not final yet' });
  await settled();
  expect(await publishOnce(process())).toMatchObject({ did: 'wait', why: 'vetoed: a person decides' });
  await retryEpoch(world.context, finance[0], { id: epoch.id, version: (await stateOfEpoch(epoch)).version });
  expect(await publishOnce(process())).toMatchObject({ did: 'propose', epoch: epoch.number });
  await settled();

  const { version } = await stateOfEpoch(epoch);
  await askToVoid(world.context, finance[0], { id: epoch.id, version, reason: 'A slip.' });
  expect(await stateOfEpoch(epoch)).toMatchObject({ state: 'voiding' });
  expect(await publishOnce(process())).toMatchObject({ did: 'veto', why: 'it is to be voided' });
  expect(await publishOnce(process())).toMatchObject({ did: 'wait' });
  await settled();
  expect(await publishOnce(process())).toMatchObject({ did: 'void', epoch: epoch.number });
  expect(await stateOfEpoch(epoch)).toMatchObject({ state: 'voided' });
  expect([await stateOfAward(id), await lies(adas)]).toEqual(['accepted', 0n]);
  const account = awarded(ada);
  expect((await ledger.accrued(world.context.db, [account]))(account)).toBe(9n * STELAI);

  // it hung somewhere all the while
  const { root, manifest_digest: manifest, number } = epoch;
  await held.chain.propose({ epoch: number, root, manifest, total: epoch.total_nanos * BASE });
  expect(await publishOnce(process())).toMatchObject({ did: 'veto', why: 'it was voided, and came late' });
  await settled();
  const again = await cut(world, finance);
  expect(again.number).toBe(number);
  await published();
  expect(await stateOfEpoch(again)).toMatchObject({ state: 'active' });
});

test('where the house settles, everybody is paid without a click, and nobody twice', async () => {
  await award(1, 3n);
  await cut(world, finance);
  await published();
  const context = process({}, {});
  const settling = { ...context, config: { ...context.config, settlement: 'batch' as const } };
  expect(await settleOnce(context)).toBe(0);
  expect(await settleOnce(settling)).toBe(2);
  expect(await settleOnce(settling)).toBe(0);
  await settled();
  expect([await lies(adas), await lies(bens)]).toEqual([0n, 0n]);
  expect(await rewards.paidInAll(world.context.db)).toBe(66n * STELAI);
  expect(await settleOnce(settling)).toBe(0);
  expect(await reconcileOnce(process())).toBe('agrees');
  expect((await verifyMoney(world.context.db)).violations).toEqual(at_first);

  // and then the chain is left alone until it has a new block
  let looks = 0;
  const finalized: Chain['finalized'] = () => {
    looks += 1;
    return held.chain.finalized();
  };
  const tend = tendingOf(process({ finalized }));
  await tend();
  await tend();
  expect(looks).toBe(1);
  await held.settle();
  await tend();
  expect(looks).toBe(2);
});

test('a deposit that no node took is sent when it is asked for again, once; more than there is is refused', async () => {
  const sent: bigint[] = [];
  const deposit: Chain['deposit'] = async (amount) => {
    sent.push(amount);
    return { tx_hash: `0x${'0'.repeat(64)}` };
  };
  const silent = () => Promise.reject(new ChainFailed('CHAIN_AWAY', 'no answer'));
  const asked = { key: 'the same each time', amount_nanos: 5n };
  expect(await refused(fundPool(process({ deposit: silent }), finance[0], asked))).toBe('CHAIN_AWAY');
  for (let times = 0; times < 2; times += 1) await fundPool(process({ deposit }), finance[0], asked);
  expect(sent).toEqual([5n * BASE]);
  const beyond = { key: 'all there ever was', amount_nanos: 10n ** 18n - 1n };
  expect(await refused(fundPool(process(), finance[0], beyond))).toBe('INVALID_INPUT');
});
