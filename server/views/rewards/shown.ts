import type { Halt, PublicEpoch, RewardChain } from '#api/rewards/shapes.ts';
import { getAddress } from 'viem';
import { present } from '../../kit/assert.ts';
import * as rewards from '../../modules/rewards/index.ts';

/** With the capitals of EIP-55. */
export const shownAddress = (address: string): string => getAddress(address);

export const chainOf = ({
  chain_id,
  is_embedded,
  token,
  distributor,
}: rewards.KnownDeployment): RewardChain => ({
  ...{ chain_id: String(chain_id), is_embedded },
  ...{ token: shownAddress(token), distributor: shownAddress(distributor) },
});

export const instant = (at: Date | null) => at?.toISOString() ?? null;

export function publicEpoch(epoch: rewards.CutEpoch): PublicEpoch {
  const { number, state, root, manifest_digest, leaves, total_nanos, added_nanos } = epoch;
  return {
    ...{ number: String(number), state, says: rewards.epochMachine.states[state], root, manifest_digest },
    manifest_url: state === 'voided' ? null : `/api/v1/epochs/${number}/manifest`,
    ...{ leaves, total_nanos: String(total_nanos), added_nanos: String(added_nanos) },
    cut_at: present(epoch.approved_at, 'when an epoch was cut').toISOString(),
    proposed_at: instant(epoch.proposed_at),
    activates_at: epoch.active_at === null ? instant(epoch.eta) : null,
    active_at: instant(epoch.active_at),
    ended_at: instant(epoch.superseded_at ?? epoch.voided_at),
  };
}

export const shownHalt = (halt: { at: Date; code: string; says: string } | null): Halt | null =>
  halt && { since: halt.at.toISOString(), code: halt.code, says: halt.says };
