import { type Chain, ChainFailed } from '../chain/index.ts';
import type { Context } from '../context.ts';
import type { Db } from '../kit/database.ts';
import * as rewards from '../modules/rewards/index.ts';
import { haltRewards } from './halt-rewards.ts';
import { isMoving, vetoedIn } from './index-chain.ts';
import { type Desired, type NextStep, nextStep, type Observed } from './next-step.ts';
import { wantedOf } from './reconcile-chain.ts';
import { voidEpochOffChain } from './void-epoch.ts';

export type Published = {
  did: 'no_chain' | 'halted' | 'halted_now' | 'no_key' | 'wait' | Exclude<NextStep['do'], 'halt'>;
  why?: string;
  tx_hash?: string;
  epoch?: bigint;
};

/** So much may be new to the books before the publisher waits for them. */
const BLOCKS_AHEAD_MAX = 2_000n;
/** A transaction that was sent before may come so much later; on our own chain it is in a block at once. */
const VOID_WAIT_MS = 10 * 60_000;

/** One step towards what the books want, by what the chain is now. Whether it did anything, the next look tells. */
export async function publishOnce(context: Context): Promise<Published> {
  const { chain, database } = context;
  if (!chain) return { did: 'no_chain' };
  if (await rewards.haltOf(database.db)) return { did: 'halted' };
  const cursor = await rewards.cursorOf(database.db);
  if (!cursor) return { did: 'wait', why: 'the chain was not read yet' };
  const observed = await observe(chain, cursor).catch((error: unknown) => {
    if (isMoving(error)) return 'the newest blocks are becoming others';
    throw error;
  });
  if (typeof observed === 'string') return { did: 'wait', why: observed };
  const desired = await desire(database.db, { chain, cursor, observed });
  return act(context, chain, nextStep(desired, observed));
}

async function observe(chain: Chain, { block_number }: rewards.ChainCursor): Promise<Observed | string> {
  const latest = await chain.latest();
  if (latest.number < block_number) return 'the node is behind the books';
  if (latest.number - block_number > BLOCKS_AHEAD_MAX) return 'the books are far behind the chain';
  const state = await chain.stateAt(latest.number);
  const tail =
    latest.number > block_number ? await chain.eventsBetween(block_number + 1n, latest.number) : [];
  if ((await chain.blockAt(latest.number)).hash !== latest.hash)
    return 'the newest blocks are becoming others';
  const { live, pending, is_paused } = state;
  return { at: latest.at, live, pending, is_paused, vetoed: vetoedIn(tail) };
}

async function desire(
  db: Db,
  { chain, cursor, observed }: { chain: Chain; cursor: rewards.ChainCursor; observed: Observed },
): Promise<Desired> {
  const under_way = (await rewards.epochUnderWay(db)) ?? null;
  const live = await rewards.liveEpoch(db);
  const voiding_at = under_way?.voiding_at?.getTime();
  const { pending } = observed;
  const ours = pending ? (await rewards.epochsByRoot(db, pending.root)).filter(rewards.isCut) : [];
  return {
    under_way:
      under_way && rewards.isCut(under_way) ? { ...wantedOf(under_way), state: under_way.state } : null,
    live: live ? wantedOf(live) : null,
    voided: ours.filter(({ state }) => state === 'voided').map(wantedOf),
    may_void:
      voiding_at !== undefined &&
      cursor.block_at.getTime() > voiding_at + (chain.is_embedded ? 0 : VOID_WAIT_MS),
  };
}

async function act(context: Context, chain: Chain, step: NextStep): Promise<Published> {
  switch (step.do) {
    case 'wait':
      return { did: 'wait', why: step.why };
    case 'halt': {
      const { code, root } = step;
      const is = code === 'ROOT_PENDING_FOREIGN' ? 'pending' : 'live';
      const says = `epoch ${root.epoch} with the root ${root.root} is ${is} and is not ours`;
      await haltRewards(context, { code, says, detail: { root } });
      return { did: 'halted_now', why: code, epoch: root.epoch };
    }
    case 'void':
      return { did: (await takeBack(context)) ? 'void' : 'wait', epoch: step.epoch };
    case 'veto':
      return sent('veto', step.root.epoch, () => chain.veto(), step.why);
    case 'activate':
      return sent('activate', step.epoch, () => chain.activate());
    case 'propose':
      if (!(await mayOffer(context, step.root.root))) return { did: 'wait', why: 'not wanted any more' };
      return sent('propose', step.root.epoch, () => chain.propose(step.root));
  }
}

/** Written down before it is sent: from here on nobody voids it without asking the chain. */
function mayOffer({ database, clock }: Context, root: string): Promise<boolean> {
  return database.inTransaction(async (tx) => {
    const under_way = await rewards.epochUnderWay(tx);
    const epoch = under_way && (await rewards.lockEpoch(tx, under_way.id));
    if (epoch?.state !== 'cut' || epoch.root !== root) return false;
    await rewards.offerEpoch(tx, epoch.id, clock.now());
    return true;
  });
}

/** A refusal is an answer like any other: somebody was first, or it is not time. */
async function sent(
  did: 'propose' | 'activate' | 'veto',
  epoch: bigint,
  send: () => Promise<{ tx_hash: string }>,
  why?: string,
): Promise<Published> {
  try {
    return { did, epoch, ...(await send()), ...(why !== undefined && { why }) };
  } catch (error) {
    if (!(error instanceof ChainFailed)) throw error;
    if (error.code === 'CHAIN_KEY_MISSING') return { did: 'no_key', epoch };
    if (error.code === 'CHAIN_BUSY')
      return { did: 'wait', epoch, why: 'what was sent before is in no block yet' };
    if (error.code === 'CHAIN_REFUSED') return { did: 'wait', epoch, why: error.refusal ?? error.message };
    throw error;
  }
}

/** Of what the newest block says a part may be taken back: what is final must not have the root either. */
async function takeBack(context: Context): Promise<boolean> {
  const at = context.clock.now();
  return context.database.inTransaction(async (tx) => {
    await rewards.lockCursor(tx);
    const said = await rewards.lastReconciliation(tx);
    const under_way = await rewards.epochUnderWay(tx);
    const epoch = under_way && (await rewards.lockEpoch(tx, under_way.id));
    if (epoch?.state !== 'voiding' || !said) return false;
    const { live, pending } = said.state;
    if (live?.root === epoch.root || pending !== null) return false;
    return voidEpochOffChain(tx, context, epoch, at);
  });
}
