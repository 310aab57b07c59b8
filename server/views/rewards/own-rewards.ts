import type { Reward, Rewards, RewardStage, RewardSums } from '#api/rewards/reward-shapes.ts';
import type { Award } from '#api/competitions/shapes.ts';
import { awardsOwedBack } from '../../chart-of-accounts.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type AwardId } from '../../ids.ts';
import { type Db, inOnePicture } from '../../kit/database.ts';
import { sum } from '../../kit/money.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { ownAwards } from '../competitions/awards.ts';
import { roundsLookedInto } from './next-cut.ts';
import { nextSteps } from './next-steps.ts';
import { chainOf, instant, shownAddress } from './shown.ts';

/** What somebody won and where each of it is, in one picture: an epoch may be cut meanwhile. */
export const ownRewards = (
  context: Context,
  person_id: AccountId,
  page: { limit: number; cursor?: string | undefined },
): Promise<Rewards> =>
  inOnePicture(context.db, async (db) => {
    const at = context.clock.now();
    const deployment = await rewards.deploymentOf(db);
    const wallet = deployment
      ? await rewards.walletOf(db, { chain_id: deployment.chain_id, person_id })
      : null;
    const states = await competitions.awardSumsOf(db, person_id);
    const under_way = await rewards.epochUnderWay(db);
    const leaves = await inLeavesOf(db, person_id, under_way);
    const held = await heldBackOf(db, person_id);
    const to_accept = states('created');
    const owed_nanos = states('accepted').amount_nanos;
    const { items, next_cursor } = await ownAwards({ ...context, db }, person_id, page);
    return {
      chain: deployment && chainOf(deployment),
      sums: await sumsOf(db, person_id, states, leaves),
      wallet: wallet && {
        address: shownAddress(wallet.address),
        linked_at: wallet.linked_at.toISOString(),
        counts_from: wallet.counts_from.toISOString(),
      },
      next: nextSteps(
        {
          ...{ has_chain: deployment !== null, is_halted: (await rewards.haltOf(db)) !== null, owed_nanos },
          held_back: {
            amount_nanos: sum(held.map(({ amount_nanos }) => amount_nanos)),
            rounds: await namesOf(db, held),
          },
          to_accept: to_accept.answer_by && { awards: to_accept.awards, by: to_accept.answer_by },
          ...{ coming_nanos: leaves.coming_nanos, claimable_nanos: leaves.claimable_nanos, wallet },
          under_way: under_way ? { number: under_way.number, until: under_way.eta } : null,
        },
        at,
      ),
      items: await withEpochs(db, items, new Set(held.map(({ id }) => id))),
      next_cursor,
    };
  });

type InLeaves = { coming_nanos: bigint; claimable_nanos: bigint; claimed_nanos: bigint };

/** Wallets that somebody linked before keep what was cut for them, so all that ever had a leaf count. */
async function inLeavesOf(
  db: Db,
  person_id: AccountId,
  under_way: rewards.Epoch | undefined,
): Promise<InLeaves> {
  const wallets = await rewards.walletsCommittedTo(db, person_id);
  const paid = await rewards.paidTo(db, wallets);
  const live = await rewards.liveEpoch(db);
  const inAll = (leaves: ReadonlyMap<string, bigint>) =>
    sum(wallets.map((wallet) => leaves.get(wallet) ?? 0n));
  const live_nanos = live ? inAll(await rewards.leavesAmong(db, live.id, wallets)) : 0n;
  const claimed_nanos = sum(wallets.map(paid));
  const later_nanos =
    under_way && rewards.isCut(under_way)
      ? inAll(await rewards.leavesAmong(db, under_way.id, wallets))
      : live_nanos;
  return {
    coming_nanos: beyond(later_nanos, live_nanos),
    claimable_nanos: beyond(live_nanos, claimed_nanos),
    claimed_nanos,
  };
}
/** Nothing, where an admin corrected a root to less than was paid. */
const beyond = (more: bigint, less: bigint) => (more > less ? more - less : 0n);

async function sumsOf(
  db: Db,
  person_id: AccountId,
  states: Awaited<ReturnType<typeof competitions.awardSumsOf>>,
  leaves: InLeaves,
): Promise<RewardSums> {
  const owes = await ledger.lyingIn(db, { keys: [awardsOwedBack(person_id).key] }, null);
  return {
    won_nanos: String(sum(competitions.OWED.map((state) => states(state).amount_nanos))),
    to_accept_nanos: String(states('created').amount_nanos),
    owed_nanos: String(states('accepted').amount_nanos),
    coming_nanos: String(leaves.coming_nanos),
    claimable_nanos: String(leaves.claimable_nanos),
    claimed_nanos: String(leaves.claimed_nanos),
    owed_back_nanos: String(-sum(owes.map(({ amount }) => amount))),
  };
}

/** What somebody took of rounds that are looked into, or counted anew: no epoch takes it before. */
async function heldBackOf(db: Db, person_id: AccountId): Promise<competitions.Award[]> {
  const accepted = await competitions.acceptedAwards(db, person_id);
  const open = await roundsLookedInto(db, accepted);
  return accepted.filter(({ round_id }) => open.has(round_id));
}

async function namesOf(db: Db, awards: readonly competitions.Award[]) {
  const rounds = await competitions.roundsByIds(db, [...new Set(awards.map(({ round_id }) => round_id))]);
  return rounds.map(({ slug, title }) => ({ slug, title }));
}

async function withEpochs(
  db: Db,
  awards: readonly Award[],
  held_back: ReadonlySet<string>,
): Promise<Reward[]> {
  const epochs = await rewards.epochsOfAwards(
    db,
    awards.map(({ id }) => asId<AwardId>(id)),
  );
  const epochOf = new Map(epochs.map((epoch) => [epoch.award_id, epoch]));
  return awards.map((award): Reward => {
    const epoch = epochOf.get(asId<AwardId>(award.id));
    return {
      ...{ award, stage: stageOf(award, epoch), is_held_back: held_back.has(award.id) },
      epoch: epoch
        ? {
            ...{ number: String(epoch.number), state: epoch.state, wallet: shownAddress(epoch.wallet) },
            cut_at: epoch.cut_at.toISOString(),
            active_at: instant(epoch.active_at),
          }
        : null,
      claimed_at: award.state === 'paid' ? instant(epoch?.claimed_at ?? null) : null,
      tx_hash: award.state === 'paid' ? (epoch?.tx_hash ?? null) : null,
    };
  });
}

const LIVE: readonly rewards.EpochState[] = ['active', 'superseded'];

function stageOf({ state }: Award, epoch: rewards.EpochOfAward | undefined): RewardStage {
  if (state === 'created') return 'to_accept';
  if (state === 'accepted') return 'owed';
  if (state === 'paid') return 'claimed';
  if (state === 'payable') return epoch && LIVE.includes(epoch.state) ? 'claimable' : 'coming';
  return 'over';
}
