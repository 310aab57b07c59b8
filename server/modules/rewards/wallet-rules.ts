// Which wallet somebody is paid at, without database and clock.
import type { AccountId, WalletLinkId } from '../../ids.ts';
import { assert } from '../../kit/assert.ts';

/** That a wallet is the one at which somebody wants to be paid, from then until then. */
export type WalletLink = {
  id: WalletLinkId;
  person_id: AccountId;
  chain_id: bigint;
  /** In lower case. */
  address: string;
  linked_at: Date;
  /** Nothing is cut for it before: whoever reads in a letter of a link that is not theirs has so long to end it. */
  counts_from: Date;
  ended_at: Date | null;
};

export const WALLET_STATES = ['waiting', 'counting', 'ended'] as const;
export type WalletState = (typeof WALLET_STATES)[number];

export const stateOf = ({ counts_from, ended_at }: WalletLink, at: Date): WalletState => {
  if (ended_at !== null && ended_at <= at) return 'ended';
  return counts_from <= at ? 'counting' : 'waiting';
};

/**
 * The wallet for which a cut at this instant takes what one person is owed; null: it waits. While a new wallet waits
 * nothing is cut for the one before either: that its key is in the wrong hands may be why it was changed. What was cut
 * for a wallet once is not asked about here: it stays with that wallet.
 */
export function walletForCut(links: readonly WalletLink[], at: Date): string | null {
  const open = links.filter(
    ({ linked_at, ended_at }) => linked_at <= at && (ended_at === null || at < ended_at),
  );
  assert(new Set(links.map(({ person_id }) => person_id)).size <= 1, 'these wallets are one person’s');
  assert(open.length <= 1, 'nobody has two wallets at once');
  const [link] = open;
  return link && stateOf(link, at) === 'counting' ? link.address : null;
}
