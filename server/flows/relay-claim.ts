import { type Chain, ChainFailed, type Sent } from '../chain/index.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { relays } from '../views/rewards/claims.ts';
import { treeOf } from '../views/rewards/proofs.ts';
import { chainAtHand, orAway } from './chain-at-hand.ts';

/**
 * Sends somebody’s claim for them. What is already claimed is asked of the newest block: whoever presses twice pays us
 * no second fee, and gets nothing twice, for the contract passes over what was paid.
 */
export async function relayClaim(
  context: Context,
  person_id: AccountId,
  { wallet }: { wallet: string },
): Promise<{ tx_hash: string }> {
  const chain = chainAtHand(context);
  const { db, wake } = context;
  if (!relays(context)) refuse('CLAIM_NOT_RELAYED');
  if (await rewards.haltOf(db)) refuse('CHAIN_HALTED');
  if (!(await rewards.walletsCommittedTo(db, person_id)).includes(wallet)) refuse('NOT_FOUND');
  const live = (await rewards.liveEpoch(db)) ?? refuse('CLAIM_NOTHING');
  const found = (await treeOf(context, live)).proofOf(wallet) ?? refuse('CLAIM_NOTHING');
  const latest = await orAway(chain.latest());
  const claimed = await orAway(chain.claimedAt(latest.number, [wallet]));
  if (found.cumulative <= (claimed.get(wallet) ?? 0n)) refuse('CLAIM_NOTHING');
  const before = await underWay(chain, wallet);
  if (before) return before;
  const sent = await orAway(chain.relayClaims([{ wallet, ...found }], { behind: true })).catch(named);
  lastSent.get(chain)?.set(wallet, { sent, at: performance.now() });
  wake.send('chain');
  return sent;
}

const UNDER_WAY_MS = 10 * 60_000;
const lastSent = new WeakMap<Chain, Map<string, { sent: Sent; at: number }>>();

/** What was sent for a wallet and is in no block yet, so that no claim shows it. Not for ever: it may be lost. */
async function underWay(chain: Chain, wallet: string): Promise<Sent | null> {
  const byWallet = lastSent.get(chain) ?? new Map<string, { sent: Sent; at: number }>();
  lastSent.set(chain, byWallet);
  const last = byWallet.get(wallet);
  const isOpen = last && performance.now() - last.at < UNDER_WAY_MS;
  if (isOpen && (await orAway(chain.outcomeOf(last.sent))) === null) return last.sent;
  byWallet.delete(wallet);
  return null;
}

/** Somebody was first, everything is paused, or our key has nothing to pay with. */
function named(error: unknown): never {
  if (!(error instanceof ChainFailed)) throw error;
  if (error.code === 'CHAIN_REFUSED')
    refuse(error.refusal === 'NothingToClaim' ? 'CLAIM_NOTHING' : 'CHAIN_HALTED');
  if (error.code === 'CHAIN_FEES_SHORT' || error.code === 'CHAIN_KEY_MISSING') refuse('CLAIM_NOT_RELAYED');
  throw error;
}
