import { CUT_LINES_MAX, type CutLine, type DeskEpoch, type RewardsDesk } from '#api/rewards/desk-shapes.ts';
import { prizePool } from '../../chart-of-accounts.ts';
import type { Context } from '../../context.ts';
import type { AccountId, EpochId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import { sum } from '../../kit/money.ts';
import { actsFrom } from '../../kit/state-machine.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { stillHolds } from '../competitions/own-interest.ts';
import { people } from '../people.ts';
import { chainBalance, promisedOffChain } from './chain-books.ts';
import { type NextCut, nextCut, shortOnChain } from './next-cut.ts';
import { chainOf, instant, shownAddress, shownHalt } from './shown.ts';

const may = (allowed: boolean, why: string) => ({ allowed, why: allowed ? null : why });

/** Everything that finance decides about pool and epochs. */
export async function rewardsDesk({ db, clock, config }: Context, viewer: AccountId): Promise<RewardsDesk> {
  const place = await rewards.deploymentOf(db);
  const [halt, under_way, live] = [
    await rewards.haltOf(db),
    await rewards.epochUnderWay(db),
    await rewards.liveEpoch(db),
  ];
  const pool = (await ledger.balances(db, [prizePool]))(prizePool).available;
  const promised = await promisedOffChain(db);
  const [isFinance, isAdmin] = [
    await stillHolds(db, viewer, ['finance']),
    await stillHolds(db, viewer, ['admin']),
  ];
  const preview = place && (await previewOf(db, place, clock.now()));
  return {
    chain: place && chainOf(place),
    ...{ pool_nanos: String(pool), promised_nanos: String(promised) },
    on_chain_nanos: String(place ? await chainBalance(db, place) : 0n),
    halt: halt && { id: halt.id, ...present(shownHalt(halt), 'a halt') },
    under_way: under_way ? await shown(db, viewer, under_way) : null,
    live: live ? await shown(db, viewer, live) : null,
    preview,
    can: {
      draft: may(...mayDraft({ isFinance, place, halt, under_way, preview })),
      deposit: may(
        isFinance && config.chain.kind !== 'elsewhere',
        isFinance
          ? 'Send $STELAI to the distributor; once the block is final it is in the pool.'
          : OF_FINANCE,
      ),
      lift_halt: may(halt !== null && isAdmin, halt ? 'An admin lifts it.' : 'Nothing stands still.'),
    },
  };
}

const OF_FINANCE = 'Somebody of finance does it.';

function mayDraft({
  isFinance,
  place,
  halt,
  under_way,
  preview,
}: {
  isFinance: boolean;
  place: unknown;
  halt: unknown;
  under_way: unknown;
  preview: RewardsDesk['preview'];
}): [boolean, string] {
  if (!isFinance) return [false, OF_FINANCE];
  if (!place) return [false, 'This installation pays no $STELAI on a chain.'];
  if (halt) return [false, 'Payments stand still.'];
  if (under_way) return [false, 'An epoch is under way.'];
  return [
    preview?.added_nanos !== '0',
    'There is nothing to commit: what is owed is in an epoch already, or its winner has no wallet that counts yet.',
  ];
}

const HELD_BACK = {
  no_wallet: 'Has no linked wallet, or one that does not count yet.',
  looked_into: 'Something of the round is looked into, or it is counted anew.',
  banned: 'Is banned.',
};

async function previewOf(
  db: Db,
  place: rewards.KnownDeployment,
  at: Date,
): Promise<NonNullable<RewardsDesk['preview']>> {
  const next = await nextCut(db, place, at);
  const set_off = sum(next.commitments.map(({ set_off_nanos }) => set_off_nanos));
  return {
    ...{ people: next.commitments.length, leaves: next.leaves.size },
    ...{ added_nanos: String(next.added_nanos), total_nanos: String(next.total_nanos) },
    set_off_nanos: String(set_off < 0n ? 0n : set_off),
    short_nanos: String(await shortOnChain(db, next)),
    digest: next.digest,
    lines: await linesOf(db, next),
    held_back: next.held_back.map(({ why, people, amount_nanos }) => ({
      ...{ why, says: HELD_BACK[why], people, amount_nanos: String(amount_nanos) },
    })),
  };
}

async function linesOf(db: Db, { commitments, awards }: NextCut): Promise<CutLine[]> {
  const largest = commitments
    .toSorted((one, other) => Number(other.awarded_nanos - one.awarded_nanos))
    .slice(0, CUT_LINES_MAX);
  const among = new Set(largest.map(({ person_id }) => person_id));
  const ids = awards.flatMap((award) => (among.has(award.person_id) ? [award.award_id] : []));
  const shown = await competitions.awardsByIds(db, ids);
  const rounds = await competitions.roundsByIds(db, [...new Set(shown.map(({ round_id }) => round_id))]);
  const titles = new Map(rounds.map(({ id, title }) => [id, title]));
  const person = await people(db, [...among]);
  return largest.map(({ person_id, wallet, amount_nanos, set_off_nanos }) => ({
    ...{ person: person(person_id), wallet: shownAddress(wallet) },
    amount_nanos: String(amount_nanos),
    set_off_nanos: String(set_off_nanos < 0n ? 0n : set_off_nanos),
    awards: shown
      .filter((award) => award.person_id === person_id)
      .map((award) => ({
        round: titles.get(award.round_id) ?? '',
        place: award.place_slot,
        amount_nanos: String(award.amount_nanos),
      })),
  }));
}

export async function shownEpoch({ db }: Context, viewer: AccountId, id: EpochId): Promise<DeskEpoch> {
  return shown(db, viewer, present(await rewards.epochById(db, id), `the epoch ${id}`));
}

async function shown(db: Db, viewer: AccountId, epoch: rewards.Epoch): Promise<DeskEpoch> {
  const { id, version, number, state, drafted_by, approved_by } = epoch;
  const person = await people(db, approved_by ? [drafted_by, approved_by] : [drafted_by]);
  return {
    ...{ id, version, number: String(number), state, says: rewards.epochMachine.states[state] },
    ...{ drafted_by: person(drafted_by), drafted_at: epoch.drafted_at.toISOString() },
    ...{ approved_by: approved_by && person(approved_by), approved_at: instant(epoch.approved_at) },
    ...{ root: epoch.root, manifest_digest: epoch.manifest_digest, leaves: epoch.leaves },
    total_nanos: epoch.total_nanos === null ? null : String(epoch.total_nanos),
    added_nanos: epoch.added_nanos === null ? null : String(epoch.added_nanos),
    ...{ proposed_at: instant(epoch.proposed_at), active_at: instant(epoch.active_at) },
    activates_at: epoch.active_at === null ? instant(epoch.eta) : null,
    ended_at: instant(epoch.superseded_at ?? epoch.voided_at),
    void_reason: epoch.void_reason,
    can: {
      approve: may(
        state === 'drafted' && drafted_by !== viewer,
        state === 'drafted' ? 'You proposed it: somebody else has to approve it.' : 'It is cut.',
      ),
      void: may(
        state !== 'voiding' && hasAct(state, 'void', 'withdraw'),
        epoch.active_at ? 'Its root was live.' : 'It is on its way out, or gone.',
      ),
      retry: may(hasAct(state, 'retry'), 'It was not vetoed.'),
    },
  };
}

const hasAct = (state: rewards.EpochState, ...acts: rewards.EpochAct[]) =>
  actsFrom(rewards.epochMachine, state, 'finance').some((act) => acts.includes(act));
