import { toBaseUnits } from '@stellary/epochs';
import { type Chain, ChainFailed, type Claim } from '../chain/index.ts';
import type { Context } from '../context.ts';
import * as rewards from '../modules/rewards/index.ts';
import { treeOf } from '../views/rewards/proofs.ts';

/** How what a live root promises comes to the wallets. Whichever it is, the books learn of it from final blocks only. */
export type Settlement = {
  id: 'distributor' | 'batch';
  /** One step. Answers for how many wallets it sent something. */
  step(context: Context, chain: Chain, live: rewards.CutEpoch): Promise<number>;
};

/** Everybody claims for themselves, when they like. */
const distributor: Settlement = { id: 'distributor', step: async () => 0 };

const CLAIMS_AT_ONCE = 50;
const LEAVES_AT_ONCE = 1_000;

/**
 * The relayer claims for everybody: for few winners, and for a chain that costs little. It pays out of the same
 * contract by the same leaves, so that nothing is paid twice, whoever else claims meanwhile and whatever was sent before.
 */
const batch: Settlement = {
  id: 'batch',
  async step(context, chain, live) {
    const { db } = context;
    if ((await rewards.paidInAll(db)) >= live.total_nanos) return 0;
    const unpaid = await nextUnpaid(context, chain, live);
    if (unpaid.length === 0) return 0;
    try {
      await chain.relayClaims(unpaid);
      return unpaid.length;
    } catch (error) {
      if (error instanceof ChainFailed && error.code === 'CHAIN_BUSY') return 0;
      // paused, or paid by somebody else meanwhile
      if (!(error instanceof ChainFailed) || error.code !== 'CHAIN_REFUSED') throw error;
      context.log.warn({ err: error }, 'claims for others were refused');
      return 0;
    }
  },
};

/** By the newest block: what was sent a moment ago is not sent again. */
async function nextUnpaid(context: Context, chain: Chain, live: rewards.CutEpoch): Promise<Claim[]> {
  const { db } = context;
  const latest = await chain.latest();
  const leaves = [...(await rewards.leavesOf(db, live.id))];
  const tree = await treeOf(context, live);
  const found: Claim[] = [];
  for (let from = 0; from < leaves.length && found.length < CLAIMS_AT_ONCE; from += LEAVES_AT_ONCE) {
    const some = leaves.slice(from, from + LEAVES_AT_ONCE);
    const wallets = some.map(([wallet]) => wallet);
    const paid = await rewards.paidTo(db, wallets);
    const open = some.filter(([wallet, nanos]) => paid(wallet) < nanos);
    const claimed = await chain.claimedAt(
      latest.number,
      open.map(([wallet]) => wallet),
    );
    for (const [wallet, nanos] of open) {
      const proof = (claimed.get(wallet) ?? 0n) < toBaseUnits(nanos) ? tree.proofOf(wallet) : null;
      if (proof) found.push({ wallet, ...proof });
    }
  }
  return found.slice(0, CLAIMS_AT_ONCE);
}

const settlements = { distributor, batch };

/** One step of the settlement that this installation has. */
export async function settleOnce(context: Context): Promise<number> {
  const { chain, config, db } = context;
  const settlement = settlements[config.settlement];
  if (!chain || settlement === distributor || (await rewards.haltOf(db))) return 0;
  const live = await rewards.liveEpoch(db);
  return live ? settlement.step(context, chain, live) : 0;
}
