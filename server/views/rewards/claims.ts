import type { Claim, ClaimCall, Claims } from '#api/rewards/claim-shapes.ts';
import type { Proof } from '@stellary/epochs';
import type { Chain } from '../../chain/index.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { sum } from '../../kit/money.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { refuse } from '../../refuse.ts';
import { treeOf } from './proofs.ts';
import { chainOf, shownAddress } from './shown.ts';

/** What a member may claim: of every wallet of theirs that the live root has. */
export async function ownClaims(context: Context, person_id: AccountId): Promise<Claims> {
  const { db } = context;
  const deployment = await rewards.deploymentOf(db);
  const live = await rewards.liveEpoch(db);
  if (!deployment || !live) return { chain: deployment && chainOf(deployment), items: [] };
  const wallets = await rewards.walletsCommittedTo(db, person_id);
  const leaves = await rewards.leavesAmong(db, live.id, wallets);
  const paid = await rewards.paidTo(db, wallets);
  const seen = await rewards.provisionalOf(db, wallets);
  const relay = await mayRelay(context);
  const tree = leaves.size > 0 ? await treeOf(context, live) : null;
  const byWallet = [...leaves].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const items = byWallet.map(([wallet, cumulative_nanos]): Claim => {
    const found = present(tree?.proofOf(wallet), 'a proof for a leaf');
    const claims = seen.filter((event) => event.wallet === wallet && event.kind === 'claimed');
    const seen_nanos = sum(claims.map(({ amount_nanos }) => amount_nanos ?? 0n));
    const claimable_nanos = cumulative_nanos - paid(wallet) - seen_nanos;
    const isLeft = claimable_nanos > 0n;
    return {
      ...{ wallet: shownAddress(wallet), epoch: String(live.number), root: live.root },
      cumulative_nanos: String(cumulative_nanos),
      claimed_nanos: String(paid(wallet)),
      seen_nanos: String(seen_nanos),
      claimable_nanos: String(isLeft ? claimable_nanos : 0n),
      proof: [...found.proof],
      call: isLeft && context.chain ? callOf(context.chain, wallet, found) : null,
      provisional: claims.map(({ tx_hash, amount_nanos, block_number, at }) => ({
        ...{ tx_hash, amount_nanos: String(amount_nanos ?? 0n) },
        ...{ block_number: String(block_number), at: at.toISOString() },
      })),
      can: { relay: isLeft ? relay : { allowed: false, why: 'There is nothing to claim.' } },
    };
  });
  return { chain: chainOf(deployment), items };
}

/** Whether the house has a key that pays for claims of others, and everything goes on. */
async function mayRelay(context: Pick<Context, 'db' | 'config' | 'chain'>): Promise<Claim['can']['relay']> {
  const no = (why: string) => ({ allowed: false, why });
  if (!relays(context)) return no('This installation does not pay for transactions: claim with your wallet.');
  if (!context.chain) return no('The chain does not answer right now.');
  if (await rewards.haltOf(context.db))
    return no('Payments stand still until somebody has looked into them.');
  return { allowed: true, why: null };
}

export const relays = ({ config: { chain } }: Pick<Context, 'config'>): boolean =>
  chain.kind === 'embedded' || (chain.kind === 'elsewhere' && chain.relayer_key_file !== null);

/** As the wallet sends it; what it means stands beside it, for whoever reads before they sign. */
function callOf(chain: Chain, wallet: string, { cumulative, proof }: Proof): ClaimCall {
  const { to, data, chain_id } = chain.claimCall({ wallet, cumulative, proof });
  return {
    ...{ to: shownAddress(to), data, chain_id: String(chain_id), function: 'claim' },
    ...{ account: shownAddress(wallet), cumulative: String(cumulative) },
  };
}

/** All that is needed to claim without us. Public like the manifest that it is made from. */
export async function proofFile(context: Context, chain: Chain, wallet: string): Promise<File> {
  const live = (await rewards.liveEpoch(context.db)) ?? refuse('EPOCH_NOT_PUBLISHED');
  const found = (await treeOf(context, live)).proofOf(wallet) ?? refuse('EPOCH_NOT_PUBLISHED');
  const { to, data, ...said } = callOf(chain, wallet, found);
  const file = {
    ...{ format: 'stellary-proof/1', chain_id: said.chain_id, distributor: chain.distributor },
    ...{ epoch: String(live.number), root: live.root, wallet, cumulative: said.cumulative },
    ...{ proof: found.proof, call: { to, data } },
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  return new File([text], `proof-${live.number}-${wallet}.json`, { type: 'application/json' });
}
