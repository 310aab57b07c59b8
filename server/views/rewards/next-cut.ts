import { createHash } from 'node:crypto';
import { awardsOwedBack, prizePool } from '../../chart-of-accounts.ts';
import type { AccountId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { sum } from '../../kit/money.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as identity from '../../modules/identity/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { chainBalance } from './chain-books.ts';

/** Why somebody's awards are in no epoch yet. */
export type HeldBack = { why: 'no_wallet' | 'looked_into' | 'banned'; people: number; amount_nanos: bigint };

export type NextCut = rewards.Cut & {
  place: rewards.KnownDeployment;
  awards: rewards.Committed[];
  held_back: HeldBack[];
  /** Of everything that would be committed: whoever approves names it, so that nobody approves another list. */
  digest: string;
};

/**
 * What an epoch would commit if it were cut now. In it is whoever took an award and has a wallet that counts; a round of
 * which something is looked into waits, and so does who has no wallet or is banned. The same when it is shown and when it is done.
 */
export async function nextCut(db: Db, place: rewards.KnownDeployment, at: Date): Promise<NextCut> {
  const accepted = await competitions.acceptedAwards(db);
  const open = await roundsLookedInto(db, accepted);
  const banned = new Set(
    await identity.bannedAmong(
      db,
      accepted.map(({ person_id }) => person_id),
    ),
  );
  const [looked_into, rest] = parted(accepted, ({ round_id }) => open.has(round_id));
  const [of_banned, clear] = parted(rest, ({ person_id }) => banned.has(person_id));
  const recovered = await competitions.peopleOfRecoveries(db);
  const people = [...new Set([...clear.map(({ person_id }) => person_id), ...recovered])].toSorted();
  const wallets = await rewards.walletsForCut(db, { chain_id: place.chain_id, person_ids: people, at });

  const [awards, no_wallet] = parted(clear, ({ person_id }) => wallets.has(person_id));
  const byPerson = Map.groupBy(awards, ({ person_id }) => person_id);
  const owedBack = await whatIsOwedBack(db, recovered);
  const owed = [...wallets].map(([person_id, wallet]): rewards.Owed => ({
    ...{ person_id, wallet, owed_back_nanos: owedBack.get(person_id) ?? 0n },
    awarded_nanos: amountOf(byPerson.get(person_id) ?? []),
  }));
  const cut = rewards.cutOf(
    await rewards.leavesBefore(db),
    owed.toSorted((one, other) => (one.person_id < other.person_id ? -1 : 1)),
  );
  const taken = awards.map(({ id: award_id, person_id, amount_nanos }) => ({
    ...{ award_id, person_id, amount_nanos },
  }));
  return {
    ...{ ...cut, place, awards: taken },
    digest: digestOf(cut, taken),
    held_back: [
      ...heldBack('no_wallet', no_wallet),
      ...heldBack('looked_into', looked_into),
      ...heldBack('banned', of_banned),
    ],
  };
}

function digestOf({ commitments }: rewards.Cut, awards: readonly rewards.Committed[]): string {
  const people = commitments.map(({ person_id, wallet, awarded_nanos, set_off_nanos }) =>
    [person_id, wallet, awarded_nanos, set_off_nanos].join(' '),
  );
  const lines = [...people, ...awards.map(({ award_id, amount_nanos }) => `${award_id} ${amount_nanos}`)];
  return `0x${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

type Awards = readonly competitions.Award[];
const parted = (
  awards: Awards,
  is: (award: competitions.Award) => boolean,
): [competitions.Award[], competitions.Award[]] => [awards.filter(is), awards.filter((award) => !is(award))];
const amountOf = (awards: Awards) => sum(awards.map(({ amount_nanos }) => amount_nanos));

function heldBack(why: HeldBack['why'], awards: Awards): HeldBack[] {
  if (awards.length === 0) return [];
  const people = new Set(awards.map(({ person_id }) => person_id)).size;
  return [{ why, people, amount_nanos: amountOf(awards) }];
}

/** Of the rounds of some awards those whose standings may still change: no epoch takes these awards. */
export async function roundsLookedInto(db: Db, awards: Awards): Promise<Set<string>> {
  const open = new Set<string>();
  for (const round_id of new Set(awards.map((award) => award.round_id)))
    if ((await competitions.isLookedInto(db, round_id)) || !(await competitions.isCounted(db, round_id)))
      open.add(round_id);
  return open;
}

/** Of those who were once given too much. What we owe them on top comes out of the pool, as far as it goes. */
async function whatIsOwedBack(db: Db, people: readonly AccountId[]): Promise<Map<AccountId, bigint>> {
  if (people.length === 0) return new Map();
  const lies = await ledger.accrued(db, people.map(awardsOwedBack));
  let { available } = (await ledger.balances(db, [prizePool]))(prizePool);
  return new Map(
    people.map((person_id) => {
      const owed = lies(awardsOwedBack(person_id));
      if (owed > available) return [person_id, 0n];
      if (owed > 0n) available -= owed;
      return [person_id, owed];
    }),
  );
}

/** What of all leaves would not lie on the chain; zero where everything is there. */
export async function shortOnChain(db: Db, { place, total_nanos }: Pick<NextCut, 'place' | 'total_nanos'>) {
  const short = total_nanos - (await rewards.paidInAll(db)) - (await chainBalance(db, place));
  return short > 0n ? short : 0n;
}
