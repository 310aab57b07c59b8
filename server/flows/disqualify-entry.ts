import { DISQUALIFICATIONS, type DisqualificationReason } from '#api/competitions/results-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, CategoryId, EntryId, TallyId } from '../ids.ts';
import { newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db, Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { isPartyTo } from '../views/competitions/own-interest.ts';
import { isAskedByAnother } from '../views/competitions/second-person.ts';

type Disqualified = { id: EntryId; reason: DisqualificationReason; says: string };

/**
 * Takes an entry out of the order, for one of the listed reasons. Before the counting it is simply not in it; after it
 * the order stays as it was found, who stands lower moves up, and that is a version of the standings of its own.
 * Answers the address of its round.
 */
export async function disqualifyEntry(
  context: Context,
  actor_id: AccountId,
  { id, reason, says }: Disqualified,
): Promise<string> {
  const at = context.clock.now();
  const slug = await context.database.inTransaction(async (tx) => {
    const entry = (await competitions.entryById(tx, id)) ?? refuse('NOT_FOUND');
    const round = present(await competitions.lockRound(tx, entry.round_id), 'the round of an entry');
    await competitions.lockTally(tx, entry.category_id);
    if (await isPartyTo(tx, entry.category_id, actor_id)) refuse('OWN_INTEREST');
    refuseOver(round, 'disqualify');
    await demandSecondPerson(tx, round, { category_id: entry.category_id, entry_id: id, actor_id });
    const by = { id: actor_id, as: 'moderator' };
    await competitions.moveEntry(tx, 'disqualify', { id, by, at, reason: says, set: { reason } });
    await nextVersion(tx, entry.category_id, { reason, says: `“${entry.title}” is out. ${says}`, by }, at);
    return round.slug;
  });
  wake(context);
  return slug;
}

/**
 * Its authors declined what they won, or did not answer: the next one moves up. The entry has left its place by an act
 * of whoever was asked.
 */
export async function passOver(
  tx: Tx,
  { entry_id, reason }: { entry_id: EntryId; reason: 'declined' | 'unresponsive' },
  at: Date,
): Promise<void> {
  const { category_id } = present(await competitions.entryById(tx, entry_id), 'an entry that won');
  await competitions.lockTally(tx, category_id);
  const entry = present(await competitions.lockEntry(tx, entry_id), 'an entry that won');
  if (entry.state !== 'awarded') return;
  const by = { id: 'system', as: 'system' };
  await competitions.moveEntry(tx, reason === 'declined' ? 'decline' : 'lapse', {
    ...{ id: entry_id, by, at },
    set: { reason },
  });
  const says = `“${entry.title}” is passed over. ${DISQUALIFICATIONS[reason]}`;
  await nextVersion(tx, entry.category_id, { reason, says, by }, at);
}

type Voided = { slug: string; kind: competitions.Category['kind']; voters: readonly string[]; says: string };

/** Votes were bought or faked: they weigh nothing, and the category is counted anew from all the others. */
export async function voidBallots(
  context: Context,
  actor_id: AccountId,
  { slug, kind, voters, says }: Voided,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const found = (await competitions.roundBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const round = (await competitions.lockRound(tx, found.id)) ?? refuse('NOT_FOUND');
    const category = (await competitions.categoryOfKind(tx, round.id, kind)) ?? refuse('NOT_FOUND');
    if (await isPartyTo(tx, category.id, actor_id)) refuse('OWN_INTEREST');
    refuseOver(round, 'void ballots');
    await demandSecondPerson(tx, round, { category_id: category.id, entry_id: null, actor_id });
    const known = new Set((await competitions.votersOf(tx, category.id)).map(({ pseudonym }) => pseudonym));
    const unknown = voters.filter((voter) => !known.has(voter));
    if (unknown.length > 0) refuse('VOTER_UNKNOWN', { unknown });
    const by = { id: actor_id, as: 'moderator' };
    const reason = 'vote_fraud';
    const because = { reason, says: `${voters.length} voters weigh nothing. ${says}`, by };
    const version = await nextVersion(tx, category.id, because, at);
    const fraud = { category_id: category.id, pseudonyms: voters, version, says, by_id: actor_id };
    await competitions.voidVoters(tx, fraud, at);
  });
  wake(context);
}

/** Two persons made the results final, so two change them: somebody else has opened a case about it. */
async function demandSecondPerson(
  db: Db,
  { id, state }: competitions.Round,
  about: { category_id: CategoryId; entry_id: EntryId | null; actor_id: AccountId },
): Promise<void> {
  if (FINAL.has(state) && !(await isAskedByAnother(db, id, about))) refuse('SECOND_PERSON_NEEDED');
}

const FINAL = new Set<string>(['final', 'settled']);

/** It is history, or it was called off: nobody moves up any more. Once it is settled the pool pays who does. */
function refuseOver({ state }: competitions.Round, act: string): void {
  if (OVER.has(state)) refuse('NOT_NOW', { state, act, possible: [] });
}
const OVER = new Set<string>(['archived', 'cancelled']);

type Because = {
  reason: string;
  says: string;
  by: Actor;
  /** The step that takes in what has changed. */
  changes?: competitions.TallyStep;
};

/**
 * Answers which version it is. One that is not frozen yet takes the change along; below one that is being counted
 * nothing changes. Whether there is a counting is asked, and not the state of the round: one that was stopped in the
 * middle of it goes on with what was found meanwhile.
 */
export async function nextVersion(
  tx: Tx,
  category_id: CategoryId,
  { by, changes = 'ballots_frozen', ...because }: Because,
  at: Date,
): Promise<number> {
  const last = await competitions.newestTally(tx, category_id);
  if (!last) return 1;
  if (!last.published_at) {
    await competitions.interruptTally(tx, last);
    const steps = await competitions.stepsOfTally(tx, last.id);
    return steps.has(changes) ? refuse('COUNTING') : last.version;
  }
  const version = last.version + 1;
  const asked_by = by.as === 'system' ? null : (by.id as AccountId);
  const tally = { ...because, id: newId<TallyId>(at), category_id, version, asked_by };
  if (!(await competitions.askForTally(tx, tally, at))) refuse('COUNTING');
  return version;
}

function wake({ wake: { send } }: Context): void {
  send('news');
  send('competitions');
}
