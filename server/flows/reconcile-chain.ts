import { toBaseUnits, toNanos } from '@stellary/epochs';
import { type Block, ChainFailed, type DistributorState, type Root } from '../chain/index.ts';
import type { Context } from '../context.ts';
import { present } from '../kit/assert.ts';
import { type Db, inOnePicture, type Tx } from '../kit/database.ts';
import * as rewards from '../modules/rewards/index.ts';
import { chainBalance, committedAt } from '../views/rewards/chain-books.ts';
import { haltRewards, MustHalt, troubleIn } from './halt-rewards.ts';
import { isSameRoot, type WantedRoot } from './next-step.ts';

/** What the chain says at one block. Amounts are base units. */
export type Said = {
  block: Block;
  state: DistributorState;
  claimed: ReadonlyMap<string, bigint>;
  /** On the way there what is pending is not looked at: it may be gone by now, and nobody claims by it. */
  is_newest: boolean;
};

/** `moved`: the books went on while the chain was asked. */
type Reconciled = 'no_chain' | 'halted' | 'nothing' | 'moved' | 'unknown' | 'agrees' | 'halted_now';

const WALLETS_AT_ONCE = 1_000;

/**
 * All of the books against all of the contract, wallet by wallet, at the block up to which the books are. Reading the
 * chain holds only what it touches against it; this finds what was wrong before, or went wrong beside it.
 */
export async function reconcileOnce(context: Context): Promise<Reconciled> {
  const { chain, database } = context;
  if (!chain) return 'no_chain';
  if (await rewards.haltOf(database.db)) return 'halted';
  try {
    const cursor = await rewards.cursorOf(database.db);
    // before the first advance it is the block before our contracts
    if (!cursor || cursor.block_number < chain.deployed_at) return 'nothing';
    const { block_number: number, block_hash, block_at: at } = cursor;
    const block: Block = { number, hash: block_hash as Block['hash'], at };
    const state = await chain.stateAt(number);
    const wallets = [...(await newestLeaves(database.db)).keys()];
    const claimed: ReadonlyMap<string, bigint>[] = [];
    for (let from = 0; from < wallets.length; from += WALLETS_AT_ONCE)
      claimed.push(await chain.claimedAt(number, wallets.slice(from, from + WALLETS_AT_ONCE)));
    // no node is waited for while the books are held
    return await inOnePicture(database.db, async (tx) => {
      if ((await rewards.cursorOf(tx))?.block_hash !== block_hash) return 'moved';
      await assertAgrees(tx, { block, state, claimed: new Map(), is_newest: true });
      for (const some of claimed) await assertWallets(tx, some);
      return 'agrees';
    });
  } catch (error) {
    // a node that keeps no old states, or our own after a start: the next advance is held against a newer block
    if (error instanceof ChainFailed && error.code === 'CHAIN_BLOCK_UNKNOWN') return 'unknown';
    const trouble = troubleIn(error);
    if (!trouble) throw error;
    await haltRewards(context, trouble);
    return 'halted_now';
  }
}

/** Books that are moved up to a block, against what the chain has there. Throws before anything is committed. */
export async function assertAgrees(tx: Tx, { block, state, claimed, is_newest }: Said): Promise<void> {
  const { balance_base_units, claimed_base_units } = await booksAt(tx);
  if (balance_base_units !== state.balance || claimed_base_units !== state.total_claimed)
    throw new MustHalt(
      'BOOKS_DIFFER',
      `at block ${block.number} the books have ${balance_base_units} base units in the distributor and ${claimed_base_units} claimed, the chain ${state.balance} and ${state.total_claimed}`,
      { block, balance_base_units, claimed_base_units, state },
    );
  await assertRoots(tx, block, state);
  if (is_newest) await assertPendingIsOurs(tx, block, state);
  await assertWallets(tx, claimed);
}

async function booksAt(tx: Tx) {
  const cursor = present(await rewards.cursorOf(tx), 'a cursor where books and chain are compared');
  return {
    balance_base_units: toBaseUnits(await liesOnChain(tx)) + cursor.dust,
    claimed_base_units: toBaseUnits(await rewards.paidInAll(tx)),
  };
}

const liesOnChain = async (tx: Tx) =>
  chainBalance(tx, present(await rewards.deploymentOf(tx), 'where what we pay lies'));

async function assertRoots(tx: Tx, block: Block, { live, pending }: DistributorState): Promise<void> {
  const ours = await rewards.liveEpoch(tx);
  if (!isSameRoot(live, ours ? wantedOf(ours) : null))
    throw new MustHalt('ROOT_LIVE_FOREIGN', `the root that is live at block ${block.number} is not ours`, {
      ...{ block, live, ours: ours?.number ?? null },
    });
  const under_way = await rewards.epochUnderWay(tx);
  if (
    under_way?.state === 'proposed' &&
    rewards.isCut(under_way) &&
    !isSameRoot(pending, wantedOf(under_way))
  )
    throw new MustHalt(
      'BOOKS_DIFFER',
      `the books have epoch ${under_way.number} pending, and the chain at block ${block.number} has not`,
      { block, pending },
    );
}

async function assertPendingIsOurs(tx: Tx, block: Block, { pending }: DistributorState): Promise<void> {
  if (!pending) return;
  const known = (await rewards.epochsByRoot(tx, pending.root)).filter(rewards.isCut);
  if (!known.some((epoch) => isSameRoot(pending, wantedOf(epoch))))
    throw new MustHalt(
      'ROOT_PENDING_FOREIGN',
      `the root that is pending at block ${block.number} is not ours`,
      { block, pending },
    );
}

/** What a wallet was given and did not claim is what is committed to it. */
async function assertWallets(tx: Tx, claimed: ReadonlyMap<string, bigint>): Promise<void> {
  const wallets = [...claimed.keys()];
  if (wallets.length === 0) return;
  const leaves = await newestLeaves(tx, wallets);
  const [paid, committed] = [await rewards.paidTo(tx, wallets), await committedAt(tx, wallets)];
  const wrong = wallets.filter((wallet) => {
    const left = (leaves.get(wallet) ?? 0n) - paid(wallet);
    return toBaseUnits(paid(wallet)) !== claimed.get(wallet) || left !== committed(wallet);
  });
  if (wrong.length === 0) return;
  const said = (wallet: string) => ({
    wallet,
    claimed_base_units: claimed.get(wallet),
    paid_nanos: paid(wallet),
    leaf_nanos: leaves.get(wallet) ?? 0n,
    committed_nanos: committed(wallet),
  });
  throw new MustHalt(
    'BOOKS_DIFFER',
    `what wallets were given, claimed and have left does not fit together: ${wrong.length} of ${wallets.length}`,
    { wallets: wrong.slice(0, 20).map(said) },
  );
}

/** Of the epoch under way where it is cut: what it commits is committed already. */
async function newestLeaves(db: Db, wallets?: readonly string[]): Promise<rewards.Leaves> {
  const under_way = await rewards.epochUnderWay(db);
  const newest = under_way && rewards.isCut(under_way) ? under_way : await rewards.liveEpoch(db);
  if (!newest) return new Map();
  return wallets ? rewards.leavesAmong(db, newest.id, wallets) : rewards.leavesOf(db, newest.id);
}

export const wantedOf = (epoch: rewards.CutEpoch): WantedRoot => ({
  epoch: epoch.number,
  root: epoch.root as WantedRoot['root'],
  manifest: epoch.manifest_digest as WantedRoot['manifest'],
  total: toBaseUnits(epoch.total_nanos),
});

/** For the pages: what both sides said, once they were found to agree. */
export async function noteAgreement(tx: Tx, { block, state }: Said, at: Date): Promise<void> {
  const { dust } = present(await rewards.cursorOf(tx), 'a cursor where books and chain agree');
  const [books_nanos, claimed_books_nanos] = [await liesOnChain(tx), await rewards.paidInAll(tx)];
  await rewards.noteReconciliation(tx, {
    ...{ block_number: block.number, at, agrees: true, books_nanos, claimed_books_nanos },
    chain_nanos: toNanos(state.balance - dust),
    claimed_chain_nanos: toNanos(state.total_claimed),
    state: {
      ...{ live: stated(state.live), pending: stated(state.pending), previous: stated(state.previous) },
      is_paused: state.is_paused,
      reserved_total_nanos: String(state.reserved_total / NANO),
      ...{ delay_s: String(state.delay_s), grace_s: String(state.grace_s), dust: String(dust) },
    },
  });
}

const NANO = 10n ** 9n;

/** Ours are whole nanos; of one that is not only the whole ones are shown. */
const stated = (root: Root | null) =>
  root && {
    ...{ epoch: String(root.epoch), root: root.root, manifest: root.manifest },
    ...{ total_nanos: String(root.total / NANO), eta: root.eta.toISOString() },
  };
