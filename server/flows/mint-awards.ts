import type { Context } from '../context.ts';
import { asId, type AccountId, type AwardId, newId, type RoundId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { setTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { prizeAwarded } from './postings/index.ts';
import { settleSoon } from './settle-round.ts';
import { takeBackAward } from './take-back-award.ts';

const SYSTEM = { id: 'system', as: 'system' } as const;

type Owed = Pick<
  competitions.Award,
  'category_id' | 'place_slot' | 'entry_id' | 'person_id' | 'amount_nanos'
>;
const keyOf = ({ category_id, place_slot, entry_id, person_id, amount_nanos }: Owed) =>
  [category_id, place_slot, entry_id, person_id, amount_nanos].join(' ');

/**
 * Makes the awards of a round what its standings say: what is due and not there is minted, each under an id of its own
 * that knows neither place nor time; what is there and not due any more goes back. Called once it is final, and again
 * whenever somebody is passed over; doing it twice is doing it once. Who left or let lapse theirs is not asked again, and
 * neither is who took theirs and has another place now. What was paid stays as it was paid.
 */
export async function mintAwards(tx: Tx, context: Context, round_id: RoundId, at: Date): Promise<void> {
  const round = present(await competitions.lockRound(tx, round_id), 'the round of awards');
  const [due, all] = [await dueTo(tx, round_id), await competitions.awardsOfRound(tx, round_id)];
  const wanted = new Set(due.map(keyOf));
  const owed = all.filter(({ state }) => competitions.OWED.includes(state));
  for (const award of owed.filter((one) => !wanted.has(keyOf(one)) && one.state !== 'paid'))
    await takeBackAward(tx, round, award, { act: 'revoke', by: SYSTEM, at });
  const have = new Set(owed.map(keyOf));
  const passed = answersIn(all, ({ state }) => state === 'declined' || state === 'expired');
  const taken = answersIn(all, ({ state, answered_at }) => state !== 'declined' && answered_at !== null);
  const paid = new Set(all.filter(({ state }) => state === 'paid').map(inCategory));
  for (const one of due)
    if (!have.has(keyOf(one)) && !passed.has(answerOf(one)) && !paid.has(inCategory(one)))
      await mint(tx, { ...one, round_id }, { isTaken: taken.has(answerOf(one)), at });
  await settleSoon(tx, round, at);
  context.wake.send('news');
}

const answerOf = ({ entry_id, person_id }: Owed) => `${entry_id} ${person_id}`;
const inCategory = ({ category_id, person_id }: Owed) => `${category_id} ${person_id}`;
const answersIn = (awards: readonly competitions.Award[], which: (award: competitions.Award) => boolean) =>
  new Set(awards.filter(which).map(answerOf));

/** What the standings owe, divided among those whose each entry is. */
async function dueTo(tx: Tx, round_id: RoundId): Promise<Owed[]> {
  const places = await competitions.awardsDue(tx, round_id);
  const people = await competitions.peopleOf(
    tx,
    places.map(({ entry_id }) => entry_id),
  );
  return places.flatMap(({ amount_nanos, ...place }) => {
    const shares = people.filter(({ entry_id }) => entry_id === place.entry_id);
    return competitions
      .splitPrize(amount_nanos, shares)
      .filter((part) => part.amount_nanos > 0n)
      .map((part) => ({ ...place, ...part, person_id: asId<AccountId>(part.person_id) }));
  });
}

async function mint(
  tx: Tx,
  owed: Owed & { round_id: RoundId },
  { isTaken, at }: { isTaken: boolean; at: Date },
): Promise<void> {
  const id = newId<AwardId>(at);
  await competitions.insertAward(tx, { ...owed, id }, SYSTEM, at);
  await ledger.post(tx, prizeAwarded(id, owed.round_id, owed.person_id, owed.amount_nanos), at);
  const award = present(await competitions.awardById(tx, id), 'an award that was just minted');
  if (isTaken) await competitions.moveAward(tx, 'keep', { id, by: SYSTEM, at, set: { answered_at: at } });
  const timer = isTaken
    ? { kind: competitions.CLAIM_TIMER, due_at: award.expires_at }
    : { kind: competitions.ANSWER_TIMER, due_at: award.answer_by };
  await setTimer(tx, { ...timer, subject_id: id, at });
}
