// What happens to those who pay and are paid, one move at a time, drawn by chance.
import { toBaseUnits } from '@stellary/epochs';
import { sql } from 'kysely';
import { encodeFunctionData, type Hex, keccak256, toHex } from 'viem';
import { rewardDistributor } from '../../../contracts/index.ts';
import { type Chance, shuffle } from '../../../bench/simulate/chance.ts';
import { type Chain, ChainFailed } from '../../../server/chain/index.ts';
import type { Context } from '../../../server/context.ts';
import { approveEpoch } from '../../../server/flows/approve-epoch.ts';
import { draftEpoch } from '../../../server/flows/draft-epoch.ts';
import { liftHalt } from '../../../server/flows/halt-rewards.ts';
import { indexOnce } from '../../../server/flows/index-chain.ts';
import { askToSign, linkWallet } from '../../../server/flows/link-wallet.ts';
import { publishOnce } from '../../../server/flows/publish-epoch.ts';
import { reconcileOnce } from '../../../server/flows/reconcile-chain.ts';
import { relayClaim } from '../../../server/flows/relay-claim.ts';
import { fireTimers } from '../../../server/flows/review-timers.ts';
import { unlinkWallet } from '../../../server/flows/unlink-wallet.ts';
import { askToVoid, retryEpoch } from '../../../server/flows/void-epoch.ts';
import { present } from '../../../server/kit/assert.ts';
import type { settableClock } from '../../../server/kit/clock.ts';
import type { Database } from '../../../server/kit/database.ts';
import * as rewards from '../../../server/modules/rewards/index.ts';
import { StepRefused } from '../../../server/kit/state-machine.ts';
import { Refusal } from '../../../server/refuse.ts';
import { ownClaims } from '../../../server/views/rewards/claims.ts';
import { nextCut } from '../../../server/views/rewards/next-cut.ts';
import { PASSWORD, type World } from '../../world.ts';
import { BLOCKS_TO_FINAL, calls, DELAY_S, type Ground, TOKEN } from './ground.ts';
import { holdRound, type Member, recount, takeAwards, type Town } from './town.ts';

export type Play = {
  world: World;
  ground: Ground;
  town: Town;
  chance: Chance;
  clock: ReturnType<typeof settableClock>;
  /** Calls that wallets were given, whether or not they made them. */
  given: { to: string; data: Hex }[];
  /** Somebody had the key of the publisher. */
  was_stolen: boolean;
  /** In this move a node lies. */
  is_lying: boolean;
  count(what: string): void;
};

export const WALLET_WAIT_S = 6;

/** A process of its own: what it has of chain and database may fail it. */
export function processOf(
  { world, ground }: Play,
  chain: Partial<Chain> = {},
  database: Database = world.context.database,
): Context {
  const { context } = world;
  const setting = { kind: 'embedded', is_asked_for: true, delay_s: DELAY_S, grace_s: 0n } as const;
  const config = { ...context.config, chain: setting, wallet_wait_s: WALLET_WAIT_S };
  return { ...context, config, database, chain: { ...ground.chain, ...chain } };
}

/** Nobody of this process hears anything any more. */
class Killed extends Error {}

/** It dies in its n-th transaction: with what that did, or without. */
function dyingIn(database: Database, { nth, when }: { nth: number; when: 'before' | 'after' }): Database {
  let begun = 0;
  return {
    ...database,
    async inTransaction(act) {
      begun += 1;
      if (begun !== nth) return database.inTransaction(act);
      const result = await database.inTransaction(async (tx) => {
        const done = await act(tx);
        if (when === 'before') throw new Killed();
        return done;
      });
      if (when === 'after') throw new Killed();
      return result;
    },
  };
}

const one = <T>({ chance }: Pick<Play, 'chance'>, list: readonly T[]): T =>
  present(list[chance.below(list.length)], 'something to draw from');
const happens = ({ chance }: Play, part: number) => chance.uniform() < part;

/** What somebody may be told. Any other answer is a mistake of ours. */
async function told(asked: Promise<unknown>, ...may: string[]): Promise<string> {
  try {
    await asked;
    return 'done';
  } catch (error) {
    const code = codeOf(error);
    if (code !== null && may.includes(code)) return code;
    throw error;
  }
}

function codeOf(error: unknown): string | null {
  if (error instanceof StepRefused) return error.why.code;
  return error instanceof Refusal || error instanceof ChainFailed ? error.code : null;
}

/** Where blocks change while they are read, a node does not know one, or somebody took the number of a transaction. */
const IN_BETWEEN = ['CHAIN_AWAY', 'CHAIN_BLOCK_UNKNOWN', 'CHAIN_MOVED', 'CHAIN_BUSY'];
const UNFIT = ['CHAIN_HALTED', 'STATE_CHANGED', 'NOT_NOW', 'NOT_FOUND'];

// the chain ------------------------------------------------------------------------------------------------------

async function mine(play: Play) {
  await play.ground.mine(1 + play.chance.below(8));
  return 'blocks';
}

/** Whole ones, and crumbs that are no whole nano. */
async function deposit(play: Play) {
  const { ground, chance } = play;
  const crumbs = BigInt(chance.below(2_000_000_000)) * BigInt(chance.below(2));
  const amount = BigInt(chance.below(1_000)) * (TOKEN / 10n) + crumbs + 1n;
  await ground.send(one(play, ground.strangers), calls.deposit(ground.chain, amount));
  return crumbs > 0n ? 'deposit with crumbs' : 'deposit';
}

async function reorganise({ ground, chance, count }: Play) {
  const done = await ground.reorganise(chance);
  if (!done) return 'nothing to reorganise';
  if (done.dropped > 0) count('reorganised: transactions gone');
  if (done.reordered) count('reorganised: in another order');
  if (done.depth > 4) count('reorganised: deeper than 4');
  return 'reorganised';
}

async function rollBack({ ground, chance, count }: Play) {
  const done = await ground.rollBack(chance);
  if (done && done.dropped > 0) count('rolled back: transactions gone');
  return done ? 'rolled back' : 'nothing to roll back';
}

/** What hung somewhere; the publisher sees it soon, as a rule. */
async function comeLate(play: Play) {
  const { ground, chance } = play;
  if (!(await ground.comeLate(chance))) return 'nothing was lost';
  await ground.rest();
  return happens(play, 0.5) ? publish(play) : 'a lost transaction came late';
}

async function holdBack({ ground }: Play) {
  const isHeld = ground.isHeldBack();
  await ground.holdBack(!isHeld);
  return isHeld ? 'what was held back is mined' : 'transactions are held back';
}

// books and publisher ------------------------------------------------------------------------------------------

/** Few events at once, now and then, so that it stops on the way. */
const read = (play: Play, context = processOf(play)) =>
  happens(play, 0.3) ? indexOnce(context, 1 + play.chance.below(3)) : indexOnce(context);

async function index(play: Play) {
  const { did, more } = await read(play);
  return more ? 'index: stops on the way' : `index: ${did}`;
}

async function indexTwice(play: Play) {
  const both = await Promise.all([read(play), read(play)]);
  const raced = both.some(({ did }) => did === 'raced');
  return raced ? 'two index: one is too late' : 'two index';
}

const published = ({ did, why }: Awaited<ReturnType<typeof publishOnce>>) =>
  did === 'veto' ? `publish: veto (${why})` : `publish: ${did}`;
/** What it sent is soon in a block, and now and then that block goes. */
async function publish(play: Play) {
  const may = await whatItMayDo(play);
  const done = await publishOnce(processOf(play));
  may(done.did);
  if (done.tx_hash === undefined || !happens(play, 0.35)) return published(done);
  await play.ground.rest();
  return `${published(done)}, ${await reorganise(play)}`;
}

/** By what is there before: it stops where a root is not ours, and undoes no veto, final or not. */
async function whatItMayDo(play: Play): Promise<(did: string) => void> {
  const { world, ground } = play;
  const { db } = world.context;
  const { latest, state } = await pendingNow(play);
  const cursor = present(await rewards.cursorOf(db), 'a cursor');
  const tail = await ground.chain.eventsBetween(cursor.block_number + 1n, latest.number);
  const root = (await rewards.epochUnderWay(db))?.root;
  const isVetoed = tail.some((event) => event.kind === 'root_vetoed' && event.root === root);
  // where ours is live and not final yet, that is waited for before anything else is judged
  const isSettled = ((await rewards.liveEpoch(db))?.root ?? null) === (state.live?.root ?? null);
  const isForeign = state.pending !== null && !(await isOurs(play, state.pending.root));
  return (did) => {
    if (isSettled && isForeign && !did.startsWith('halted'))
      throw new Error(`a foreign root is pending, and it says ${did}`);
    if (isVetoed && did === 'propose') throw new Error('it proposes what was vetoed a moment ago');
  };
}

async function publishTwice(play: Play) {
  const both = await Promise.allSettled([publishOnce(processOf(play)), publishOnce(processOf(play))]);
  for (const each of both)
    if (each.status === 'rejected') await told(Promise.reject(each.reason), ...IN_BETWEEN);
  const acted = both.filter((each) => each.status === 'fulfilled' && each.value.did !== 'wait').length;
  return acted === 2 ? 'two publish: both act' : 'two publish';
}

/** All at once, and a reorganisation in the middle of it. */
async function allAtOnce(play: Play) {
  const people = [
    () => draft(play),
    () => approve(play),
    () => voidEpoch(play),
    () => takeAwards(play.world, play.chance, 0.5),
    () => relay(play),
    () => reorganise(play),
  ].filter(() => happens(play, 0.5));
  await Promise.all([
    ...[indexOnce, publishOnce].map((act) => told(act(processOf(play)), ...IN_BETWEEN)),
    ...people.map((act) => told(act(), ...IN_BETWEEN, ...UNFIT)),
  ]);
  return 'all at once';
}

const reconcile = async (play: Play) => `reconcile: ${await reconcileOnce(processOf(play))}`;

async function timers(play: Play) {
  await fireTimers(processOf(play));
  return 'timers';
}

// prizes -------------------------------------------------------------------------------------------------------

const round = async ({ world, town, chance }: Play) =>
  (await holdRound(world, town, chance)) ? 'round awarded' : 'round refused: pool short';

async function changeStandings(play: Play) {
  const { world, town, chance } = play;
  if (town.games.length === 0) return 'no standings yet';
  await recount(world, one(play, town.games), chance);
  return 'standings changed';
}

const take = async ({ world, chance }: Play) =>
  (await takeAwards(world, chance, 0.8)) > 0 ? 'awards taken' : 'no award to take';

// wallets ------------------------------------------------------------------------------------------------------

export async function link(play: Play) {
  const { world, town, ground } = play;
  const context = processOf(play);
  const member = one(play, town.members);
  const taken = await rewards.ownersOf(
    world.context.db,
    ground.chain.id,
    town.members.flatMap(({ wallets }) => wallets.map(({ address }) => address.toLowerCase())),
  );
  const isThief = happens(play, 0.1);
  const foreign = town.members
    .filter(({ id }) => id !== member.id)
    .flatMap(({ wallets }) => wallets.filter(({ address }) => taken.has(address.toLowerCase())));
  const wallet = isThief && foreign.length > 0 ? one(play, foreign) : one(play, member.wallets);
  const asked = askToSign(context, member.id, { address: wallet.address, password: PASSWORD });
  if ((await told(asked, 'WALLET_LINKED_ALREADY')) !== 'done') return 'link: it is linked already';
  const { id: challenge_id, message } = await asked;
  const before = await rewards.walletOf(world.context.db, {
    chain_id: ground.chain.id,
    person_id: member.id,
  });
  const signature = await wallet.signMessage({ message });
  const end = await told(
    linkWallet(context, member.id, { challenge_id, signature }),
    ...(member.wallets.includes(wallet) ? [] : ['WALLET_OF_ANOTHER']),
  );
  if (end !== 'done') return `link: ${end}`;
  if (!member.wallets.includes(wallet)) throw new Error('a wallet of another was linked');
  return before ? 'link: in place of another' : 'link: the first';
}

async function unlink(play: Play) {
  const { world, town, ground } = play;
  const { id: person_id } = one(play, town.members);
  const there = await rewards.walletOf(world.context.db, { chain_id: ground.chain.id, person_id });
  if (!there) return 'unlink: nothing is linked';
  await unlinkWallet(processOf(play), person_id, there.id);
  return 'unlinked';
}

// epochs -------------------------------------------------------------------------------------------------------

async function draft(play: Play) {
  const by = one(play, play.town.finance);
  const end = await told(draftEpoch(processOf(play), by), ...UNFIT, 'EPOCH_UNDER_WAY', 'EPOCH_EMPTY');
  return `draft: ${end}`;
}

async function approve(play: Play, context = processOf(play)) {
  const { world, town, clock } = play;
  const { db } = world.context;
  const there = await rewards.epochUnderWay(db);
  if (there?.state !== 'drafted') return 'approve: nothing is drafted';
  const place = present(await rewards.deploymentOf(db), 'where we pay');
  const { digest } = await nextCut(db, place, clock.now());
  const [one_, other] = town.finance;
  const second = there.drafted_by === one_ ? other : one_;
  const { id, version } = there;
  if (happens(play, 0.1)) {
    const own = approveEpoch(context, there.drafted_by, { id, version, digest });
    return `approve by the same: ${await told(own, 'SECOND_PERSON_NEEDED')}`;
  }
  const stale = happens(play, 0.1);
  const seen = stale ? `0x${'0'.repeat(64)}` : digest;
  const asked = approveEpoch(context, second, { id, version, digest: seen });
  const end = await told(asked, ...UNFIT, 'EPOCH_EMPTY', 'EPOCH_CHANGED');
  if (end === 'done' && stale) throw new Error('another list than was seen was approved');
  return `approve: ${end}`;
}

async function voidEpoch(play: Play) {
  const { world, town } = play;
  const there = await rewards.epochUnderWay(world.context.db);
  if (!there) return 'void: nothing is under way';
  const { id, version, state } = there;
  const asked = askToVoid(processOf(play), one(play, town.finance), { id, version, reason: 'A slip.' });
  return `void from ${state}: ${await told(asked, ...UNFIT, 'EPOCH_WAS_ACTIVE', 'POOL_SHORT')}`;
}

async function retry(play: Play) {
  const { world, town } = play;
  const there = await rewards.epochUnderWay(world.context.db);
  if (there?.state !== 'vetoed') return 'retry: nothing was vetoed';
  const { id, version } = there;
  return `retry: ${await told(retryEpoch(processOf(play), one(play, town.finance), { id, version }), ...UNFIT)}`;
}

// claims -------------------------------------------------------------------------------------------------------

type Claimable = {
  member: Member;
  key: Member['wallets'][number];
  to: string;
  data: Hex;
  proof: readonly Hex[];
  cumulative: bigint;
};

/** What members are shown that they may claim; whoever was shown it may use it at any time. */
async function claimableBy(play: Play, members: readonly Member[]): Promise<Claimable[]> {
  const shown: Claimable[] = [];
  for (const member of members) {
    const { items } = await ownClaims(processOf(play), member.id);
    for (const { wallet, call, proof, cumulative_nanos } of items) {
      const key = member.wallets.find(({ address }) => address.toLowerCase() === wallet.toLowerCase());
      if (!call || !key) continue;
      const cumulative = toBaseUnits(BigInt(cumulative_nanos));
      shown.push({ member, key, to: call.to, data: call.data as Hex, proof: proof as Hex[], cumulative });
    }
  }
  play.given.push(...shown);
  return shown;
}

async function claimable(play: Play): Promise<Claimable | null> {
  for (const member of shuffle(play.town.members, play.chance)) {
    const shown = await claimableBy(play, [member]);
    if (shown.length > 0) return one(play, shown);
  }
  return null;
}

/** Many at once, and then the blocks that it is in go, or come in another order. */
async function rush(play: Play) {
  const { ground, chance } = play;
  for (const { key, to, data } of shuffle(await claimableBy(play, play.town.members), chance)) {
    await ground.send(key, { to, data });
    if (happens(play, 0.4)) await deposit(play);
    // each in a block of its own, as a rule
    if (happens(play, 0.8)) await ground.rest();
  }
  for (let n = 0; n < 2; n += 1) {
    await deposit(play);
    await ground.rest();
  }
  return happens(play, 0.7) ? `a rush, ${await reorganise(play)}` : 'a rush';
}

async function claim(play: Play) {
  const found = await claimable(play);
  if (!found) return 'claim: nothing';
  if (happens(play, 0.3)) return 'claim: looked at and left for later';
  await play.ground.send(found.key, found);
  return 'claim: by the wallet';
}

async function claimTo(play: Play) {
  const found = await claimable(play);
  if (!found) return 'claim to another: nothing';
  const { ground } = play;
  const { chain } = ground;
  const { key, cumulative, proof } = found;
  const [to, deadline] = [one(play, found.member.wallets).address, 2n ** 40n];
  const signature = await key.signTypedData({
    domain: {
      ...{ name: 'Stelai Rewards', version: '1', chainId: Number(chain.id) },
      verifyingContract: chain.distributor,
    },
    types: {
      Claim: [
        { name: 'account', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'cumulative', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Claim',
    message: { account: key.address, to, cumulative, deadline },
  });
  const args = [key.address, to, cumulative, deadline, proof, signature] as const;
  const data = encodeFunctionData({ abi: rewardDistributor.abi, functionName: 'claimTo', args });
  await ground.send(one(play, ground.strangers), { to: chain.distributor, data });
  return 'claim to another';
}

/** By a call of any age, made or not, by whoever likes: it pays what it is good for, once. */
async function claimAgain(play: Play) {
  const { ground, given, members } = { ...play, members: play.town.members };
  if (given.length === 0) return 'claim again: nobody was given a call';
  const { to, data } = one(play, given);
  const by = happens(play, 0.5)
    ? one(play, ground.strangers)
    : present(one(play, members).wallets[0], 'a wallet');
  for (let times = 1 + play.chance.below(2); times > 0; times -= 1) await ground.send(by, { to, data });
  return 'claim again';
}

async function relay(play: Play) {
  const { world, town } = play;
  const { id } = one(play, town.members);
  const wallets = await rewards.walletsCommittedTo(world.context.db, id);
  if (wallets.length === 0) return 'relay: nothing is committed';
  const asked = relayClaim(processOf(play), id, { wallet: one(play, wallets) });
  return `relay: ${await told(asked, ...IN_BETWEEN, 'CHAIN_HALTED', 'CLAIM_NOTHING')}`;
}

// those who stop things, and those who should not be able to ---------------------------------------------------

const pendingNow = async ({ ground: { chain } }: Play) => {
  const latest = await chain.latest();
  return { latest, state: await chain.stateAt(latest.number) };
};

const isOurs = async ({ world }: Play, root: string) =>
  (await rewards.epochsByRoot(world.context.db, root)).length > 0;

const isWanted = async ({ world }: Play, root: string) =>
  (await rewards.epochsByRoot(world.context.db, root)).some(({ state }) => state !== 'voided');

async function veto(play: Play) {
  const { ground } = play;
  const { state } = await pendingNow(play);
  if (!state.pending) return 'veto: nothing is pending';
  const isGood = await isWanted(play, state.pending.root);
  await ground.send(ground.guardian, calls.veto(ground.chain));
  return isGood ? 'guardian vetoes ours' : 'guardian vetoes what is not ours';
}

async function steal(play: Play) {
  const { ground, chance, count } = play;
  const { state } = await pendingNow(play);
  const root = keccak256(toHex(`stolen ${chance.below(1e9)}`));
  const epoch = (state.live?.epoch ?? 0n) + 1n;
  const total = (state.live?.total ?? 0n) + state.balance / 2n;
  const end = await told(
    ground.chain.propose({ epoch, root, manifest: root, total: total > 0n ? total : 1n }),
    ...['CHAIN_REFUSED', ...IN_BETWEEN],
  );
  if (end !== 'done') return 'a stolen key is refused';
  play.was_stolen = true;
  count('a stolen key proposes');
  // it may last until somebody looks, and it may be seen at once
  return happens(play, 0.6) ? publish(play) : 'a stolen key proposes';
}

/** Anybody may activate what is ripe; the guardian sees to it that it is nothing else than ours. */
async function activate(play: Play) {
  const { ground } = play;
  const { latest, state } = await pendingNow(play);
  const { pending } = state;
  if (!pending || latest.at < pending.eta || !(await isWanted(play, pending.root)))
    return 'a stranger finds nothing to activate';
  await ground.send(one(play, ground.strangers), calls.activate(ground.chain));
  return 'a stranger activates';
}

async function lift(play: Play) {
  const { world, town } = play;
  const halt = await rewards.haltOf(world.context.db);
  if (!halt) return 'lift: nothing stands still';
  const { state } = await pendingNow(play);
  const isForeign = state.pending !== null && !(await isWanted(play, state.pending.root));
  if (isForeign && happens(play, 0.8)) return veto(play);
  await liftHalt(processOf(play), town.admin, { id: halt.id, reason: 'Looked into it.' });
  return isForeign ? 'lifted too early' : 'lifted';
}

// kills --------------------------------------------------------------------------------------------------------

async function dies(play: Play, name: string, act: Promise<unknown>) {
  try {
    await act;
    return `kill ${name}: it was not there yet`;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return `kill ${name}`;
  }
}

function killIndex(play: Play) {
  const when = one(play, ['before', 'after'] as const);
  const database = dyingIn(play.world.context.database, { nth: happens(play, 0.8) ? 1 : 2, when });
  const name = when === 'before' ? 'between posting and commit' : 'before it hears of the commit';
  return dies(play, `the reader ${name}`, read(play, processOf(play, {}, database)));
}

function killPublish(play: Play) {
  const { ground, world } = play;
  const when = one(play, ['before', 'after'] as const);
  const die =
    <A extends unknown[]>(send: (...args: A) => Promise<unknown>) =>
    async (...args: A): Promise<never> => {
      if (when === 'after') await send(...args).catch(() => {});
      throw new Killed();
    };
  const { propose, activate: open, veto: stop } = ground.chain;
  const dying = { propose: die(propose), activate: die(open), veto: die(stop) };
  if (happens(play, 0.7))
    return dies(play, `the publisher ${when} it sent`, publishOnce(processOf(play, dying)));
  const database = dyingIn(world.context.database, { nth: 1, when });
  return dies(play, `the publisher ${when} a commit`, publishOnce(processOf(play, {}, database)));
}

function killCut(play: Play) {
  const when = one(play, ['before', 'after'] as const);
  const database = dyingIn(play.world.context.database, { nth: 2, when });
  const name = when === 'before' ? 'between file and commit' : 'before it hears of the commit';
  return dies(play, `the cut ${name}`, approve(play, processOf(play, {}, database)));
}

// nodes that lie -----------------------------------------------------------------------------------------------

/** The guardian vetoes ours, and the node that the reader asks keeps it to itself. */
async function keepVetoSecret(play: Play) {
  const { ground } = play;
  await ground.send(ground.guardian, calls.veto(ground.chain));
  await ground.rest();
  await ground.mine(BLOCKS_TO_FINAL + 1);
  play.is_lying = true;
  const eventsBetween: Chain['eventsBetween'] = async (from, to) =>
    (await ground.chain.eventsBetween(from, to)).filter(({ kind }) => kind !== 'root_vetoed');
  const { did } = await indexOnce(processOf(play, { eventsBetween }));
  return `a veto is kept secret: ${did}`;
}

const LIES: Record<string, (play: Play) => Partial<Chain>> = {
  'leaves something out': ({ ground: { chain }, chance }) => ({
    async eventsBetween(from, to) {
      const all = await chain.eventsBetween(from, to);
      const without = chance.below(Math.max(1, all.length));
      return all.filter((_, place) => place !== without);
    },
  }),
  'tells nothing': () => ({ eventsBetween: async () => [] }),
  'makes up a deposit': ({ ground: { chain } }) => ({
    async eventsBetween(from, to) {
      const { number, hash, at } = await chain.blockAt(to);
      const where = { block_number: number, block_hash: hash, at, log_index: 10_000, tx_hash: hash };
      const made_up = { ...where, kind: 'deposited', from: chain.token, amount: TOKEN } as const;
      return [...(await chain.eventsBetween(from, to)), made_up];
    },
  }),
  'answers an older state': (play) => ({
    stateAt: async (block) => play.ground.chain.stateAt(await older(play, block)),
  }),
  'answers older claims': (play) => ({
    claimedAt: async (block, wallets) => play.ground.chain.claimedAt(await older(play, block), wallets),
  }),
  'answers an older head': (play) => {
    const { chain } = play.ground;
    const before = async (block: { number: bigint }) => chain.blockAt(await older(play, block.number));
    return {
      latest: async () => before(await chain.latest()),
      finalized: async () => before(await chain.finalized()),
    };
  },
  'is of another chain': ({ ground: { chain } }) => ({
    blockAt: async (number) => ({
      ...(await chain.blockAt(number)),
      hash: keccak256(toHex(`another ${number}`)),
    }),
  }),
};

async function older({ ground: { chain }, chance }: Play, block: bigint): Promise<bigint> {
  const before = block - BigInt(1 + chance.below(10));
  return before > chain.deployed_at ? before : chain.deployed_at;
}

async function lie(play: Play, to: 'reader' | 'publisher' | 'reconciler') {
  const name = one(play, Object.keys(LIES));
  const chain = present(LIES[name], 'a lie')(play);
  play.is_lying = true;
  const context = processOf(play, chain);
  const act = async () => {
    if (to === 'reader') return (await read(play, context)).did;
    return to === 'publisher' ? (await publishOnce(context)).did : reconcileOnce(context);
  };
  let did = 'it is not believed';
  const end = await told(
    act().then((answer) => void (did = answer)),
    ...IN_BETWEEN,
    'CHAIN_LIES',
  );
  play.count(`a node ${name}`);
  return `lied to the ${to}: ${end === 'done' ? did : end}`;
}

const lieToReader = (play: Play) => lie(play, 'reader');
const lieToPublisher = (play: Play) => lie(play, 'publisher');
const lieToReconciler = (play: Play) => lie(play, 'reconciler');

// drawing ------------------------------------------------------------------------------------------------------

type Move = (play: Play) => Promise<string>;

/** How things stand, as far as it tells which moves do something. */
type Situation = {
  under_way: rewards.EpochState | null;
  is_halted: boolean;
  is_live: boolean;
  is_held: boolean;
  asked: number;
  accepted: number;
  committed: number;
  games: number;
  given: number;
};

async function situationOf({ world, ground, town, given }: Play): Promise<Situation> {
  const { db } = world.context;
  const { rows } = await sql<Pick<Situation, 'asked' | 'accepted' | 'committed'>>`
    select count(*) filter (where state = 'created')::int4 as asked,
           count(*) filter (where state = 'accepted')::int4 as accepted,
           count(*) filter (where state = 'payable')::int4 as committed
    from competitions.award`.execute(db);
  return {
    ...present(rows[0], 'a count'),
    under_way: (await rewards.epochUnderWay(db))?.state ?? null,
    is_live: (await rewards.liveEpoch(db)) !== undefined,
    is_halted: (await rewards.haltOf(db)) !== null,
    ...{ is_held: ground.isHeldBack(), games: town.games.length, given: given.length },
  };
}

const GAMES_MAX = 12;
const isOnItsWay = ({ under_way }: Situation) => under_way !== null && under_way !== 'drafted';
const isClaimable = ({ is_live, committed }: Situation) => is_live && committed > 0;

/** How often each comes, against all others: what would do nothing comes seldom. */
const WEIGHTED: readonly (readonly [(now: Situation) => number, Move])[] = [
  [() => 6, mine],
  [() => 3, deposit],
  [({ is_held }) => (is_held ? 0 : 7), reorganise],
  [({ is_held }) => (is_held ? 0 : 2), rollBack],
  [() => 3, comeLate],
  [({ is_held }) => (is_held ? 20 : 2), holdBack],
  [({ is_halted }) => (is_halted ? 1 : 13), index],
  [({ is_halted }) => (is_halted ? 0 : 4), indexTwice],
  [(now) => (isOnItsWay(now) && !now.is_halted ? 18 : 2), publish],
  [(now) => (isOnItsWay(now) && !now.is_halted ? 5 : 0), publishTwice],
  [() => 4, allAtOnce],
  [({ is_halted }) => (is_halted ? 0 : 2), reconcile],
  [() => 1, timers],
  [({ games }) => (games < GAMES_MAX ? 5 : 1), round],
  [({ games }) => (games > 0 ? 3 : 0), changeStandings],
  [({ asked }) => (asked > 0 ? 12 : 0), take],
  [() => 3, link],
  [() => 1, unlink],
  [({ under_way, accepted }) => (under_way === null && accepted > 0 ? 14 : 1), draft],
  [({ under_way }) => (under_way === 'drafted' ? 14 : 0), approve],
  [({ under_way }) => (under_way === 'drafted' ? 5 : 0), killCut],
  [({ under_way }) => (under_way === null ? 0 : under_way === 'vetoed' ? 4 : 1.5), voidEpoch],
  [({ under_way }) => (under_way === 'vetoed' ? 12 : 0), retry],
  [(now) => (isClaimable(now) ? 8 : 1), claim],
  [(now) => (isClaimable(now) ? 5 : 0), claimTo],
  [(now) => (isClaimable(now) ? 6 : 0), relay],
  [(now) => (now.is_held ? 0 : isClaimable(now) ? 9 : 1), rush],
  [({ given }) => (given > 0 ? 5 : 0), claimAgain],
  [(now) => (isOnItsWay(now) ? 1.5 : 0), veto],
  [
    ({ under_way, is_halted, is_held }) => (under_way === 'proposed' && !is_halted && !is_held ? 1.5 : 0),
    keepVetoSecret,
  ],
  [() => 0.7, steal],
  [(now) => (isOnItsWay(now) ? 4 : 0), activate],
  [({ is_halted }) => (is_halted ? 20 : 0), lift],
  [({ is_halted }) => (is_halted ? 0 : 3), killIndex],
  [(now) => (isOnItsWay(now) && !now.is_halted ? 7 : 0), killPublish],
  [({ is_halted }) => (is_halted ? 0 : 3), lieToReader],
  [(now) => (isOnItsWay(now) && !now.is_halted ? 3 : 0), lieToPublisher],
  [({ is_halted }) => (is_halted ? 0 : 1), lieToReconciler],
];

export async function draw(play: Play): Promise<Move> {
  const now = await situationOf(play);
  const weights = WEIGHTED.map(([weight]) => weight(now));
  let left = play.chance.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [place, [, move]] of WEIGHTED.entries()) {
    const weight = present(weights[place], 'a weight');
    if (left < weight) return move;
    left -= weight;
  }
  throw new Error('nothing was drawn');
}
