import type { LinkedWallet, LinkedWallets } from '#api/rewards/wallet-shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { shownAddress } from './shown.ts';

export const walletsPage = ({ origins }: Pick<Context, 'origins'>) => `${origins.public}/settings/wallets`;

/** The wallets of one member on the chain of the rewards, which need not answer for it. */
export async function linkedWallets(context: Context, person_id: AccountId): Promise<LinkedWallets> {
  const { db, clock, config } = context;
  const wait_s = config.wallet_wait_s;
  const place = config.chain.kind === 'none' ? null : await rewards.deploymentOf(db);
  if (!place) return { chain: null, wait_s, items: [] };
  const links = await rewards.linksOf(db, { chain_id: place.chain_id, person_id });
  return {
    chain: { chain_id: String(place.chain_id), is_embedded: place.is_embedded },
    wait_s,
    items: links.map((link) => shownWallet(link, clock.now())),
  };
}

export const shownWallet = (link: rewards.WalletLink, at: Date): LinkedWallet => ({
  id: link.id,
  address: shownAddress(link.address),
  state: rewards.stateOf(link, at),
  linked_at: link.linked_at.toISOString(),
  counts_from: link.counts_from.toISOString(),
  ended_at: link.ended_at?.toISOString() ?? null,
});
