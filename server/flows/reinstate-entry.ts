import type { Context } from '../context.ts';
import type { AccountId, EntryId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { stepsOf } from '../kit/state-machine.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { isPartyTo } from '../views/competitions/own-interest.ts';
import { isAskedByAnother } from '../views/competitions/second-person.ts';
import { nextVersion } from './disqualify-entry.ts';

type Reinstated = { id: EntryId; says: string };

/**
 * What was taken out wrongly is in again: where it was found in the order, and that is a version of the standings of its
 * own. Somebody else does it than who took it out; what went out by itself two persons bring back. Until the results are
 * final: what is owed by then is not taken from whoever moved up. Answers the address of its round.
 */
export async function reinstateEntry(
  context: Context,
  actor_id: AccountId,
  { id, says }: Reinstated,
): Promise<string> {
  const at = context.clock.now();
  const slug = await context.database.inTransaction(async (tx) => {
    const entry = (await competitions.entryById(tx, id)) ?? refuse('NOT_FOUND');
    const round = present(await competitions.lockRound(tx, entry.round_id), 'the round of an entry');
    const { category_id, title } = entry;
    await competitions.lockTally(tx, category_id);
    if (await isPartyTo(tx, category_id, actor_id)) refuse('OWN_INTEREST');
    if (!POSSIBLE_IN.has(round.state) || entry.state !== 'disqualified')
      refuse('NOT_NOW', { state: entry.state, act: 'reinstate', possible: [] });
    const out = (await stepsOf(tx, competitions.entryMachine, id)).findLast(
      ({ act }) => act === 'disqualify',
    );
    const { actor, capacity, from_state } = present(out, 'the step that took an entry out');
    const alone =
      capacity === 'system' &&
      !(await isAskedByAnother(tx, round.id, { category_id, entry_id: id, actor_id }));
    if (alone || actor === actor_id) refuse('SECOND_PERSON_NEEDED');
    const by = { id: actor_id, as: 'moderator' };
    const act = await wayBack(tx, entry, from_state);
    // nobody votes on what was not looked at, and looking ends when voting begins
    if (act === 'look_again' && !LOOKED_AT_IN.has(round.state))
      refuse('NOT_NOW', { state: round.state, act: 'reinstate', possible: [] });
    await competitions.moveEntry(tx, act, { id, by, at, reason: says, set: { reason: null } });
    await nextVersion(
      tx,
      category_id,
      { reason: 'reinstated', says: `“${title}” is in again. ${says}`, by },
      at,
    );
    return round.slug;
  });
  for (const what of ['news', 'entries', 'competitions'] as const) context.wake.send(what);
  return slug;
}
const LOOKED_AT_IN = new Set<string>(['open', 'locked']);
const POSSIBLE_IN = new Set<string>([
  ...['open', 'locked', 'qualifying', 'final_round', 'tally', 'dispute_window', 'suspended'],
]);

async function wayBack(
  tx: Tx,
  { id, category_id }: competitions.Entry,
  from: string | null,
): Promise<competitions.EntryAct> {
  if (from === 'submitted' || from === 'validating') return 'look_again';
  const finalists = (await competitions.finalistsOf(tx, category_id)) ?? [];
  return finalists.includes(id) ? 'reinstate_finalist' : 'reinstate';
}
