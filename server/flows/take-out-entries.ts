import { type IntegrityCaseId, type ModelId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import { nextVersion } from './disqualify-entry.ts';

const SYSTEM = { id: 'system', as: 'system' } as const;

/**
 * A model was withdrawn because it infringes the rights of somebody: what was made with it, and itself, is out of every
 * round that is not final. While a round is open its author may put something else in its place, once. What two persons
 * made final, and what is being counted at this moment, is a case for the desk: two persons decide it. Doing it again
 * changes nothing.
 */
export async function takeOutEntriesOf(tx: Tx, model_id: ModelId, at: Date): Promise<void> {
  const entries = await competitions.entriesMadeWith(tx, model_id);
  // rounds in one order, so that two claims that are upheld at once do not wait for each other in a circle
  const byRound = [...Map.groupBy(entries, ({ round_id }) => round_id)];
  for (const [round_id, own] of byRound.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const round = present(await competitions.lockRound(tx, round_id), 'the round of an entry');
    if (OVER.has(round.state)) continue;
    for (const category_id of [...new Set(own.map((entry) => entry.category_id))].sort())
      await competitions.lockTally(tx, category_id);
    for (const entry of own) await takeOut(tx, round, entry, at);
  }
}
const OVER = new Set<string>(['archived', 'cancelled']);
const FINAL = new Set<string>(['final', 'settled']);
const WINS = new Set<string>(['provisional_winner', 'verified', 'awarded']);
const STANDING = new Set<string>(['submitted', 'validating', 'eligible']);

async function takeOut(
  tx: Tx,
  round: competitions.Round,
  { id, category_id, person_id, model_id, state, title }: competitions.Entry,
  at: Date,
): Promise<void> {
  const isOpen = round.state === 'open' || (round.state === 'suspended' && round.came_from === 'open');
  const maySwap = isOpen && at < round.locks_at && STANDING.has(state);
  if (maySwap && !(await competitions.hasSwapped(tx, { category_id, person_id, model_id }))) {
    await competitions.moveEntry(tx, 'refuse', { id, by: SYSTEM, at, set: { reason: 'MODEL_RIGHTS' } });
    await competitions.freePlaces(tx, id);
    return;
  }
  // who won nothing stands in nobody's way any more
  if (FINAL.has(round.state) && !WINS.has(state)) return;
  if (FINAL.has(round.state) || (await competitions.isFrozen(tx, category_id))) {
    await openCase(tx, { id, category_id, round_id: round.id, title }, at);
    return;
  }
  const reason = 'model_rights';
  await competitions.moveEntry(tx, 'disqualify', { id, by: SYSTEM, at, set: { reason } });
  const says = `“${title}” is out. Its model infringes the rights of somebody.`;
  await nextVersion(tx, category_id, { reason, says, by: SYSTEM }, at);
}

async function openCase(
  tx: Tx,
  {
    id: entry_id,
    category_id,
    round_id,
    title,
  }: Pick<competitions.Entry, 'id' | 'category_id' | 'round_id' | 'title'>,
  at: Date,
): Promise<void> {
  const known = await competitions.integrityCasesOf(tx, round_id);
  if (known.some(({ anomaly }) => anomaly.kind === 'model_rights' && anomaly.entry_id === entry_id)) return;
  const says = `A claim of rights to the model of “${title}” was upheld. Two persons take it out, or say why not.`;
  const anomaly = { kind: 'model_rights' as const, says, score: null, entry_id, voters: [] };
  const id = newId<IntegrityCaseId>(at);
  await competitions.openIntegrityCase(tx, { id, round_id, category_id, anomaly, opened_by: null }, at);
}
