import type { Context } from '../context.ts';
import { asId, type AccountId, type AwardId, newId, type RecoveryId, type RoundId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { setTimer, type Timer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { awardOwedBack, prizeAwarded } from './postings/index.ts';
import { inPool, leftIn, settleSoon } from './settle-round.ts';
import { takeBackAward } from './take-back-award.ts';

const SYSTEM = { id: 'system', as: 'system' } as const;

type Due = Pick<competitions.Award, 'category_id' | 'place_slot' | 'entry_id' | 'person_id' | 'amount_nanos'>;
type Owed = Due & Pick<competitions.Award, 'tops_up'>;
const keyOf = ({ category_id, place_slot, entry_id, person_id, amount_nanos, tops_up }: Owed) =>
  [category_id, place_slot, entry_id, person_id, amount_nanos, tops_up].join(' ');

/**
 * Makes the awards of a round what its standings say: what is due and not there is minted, each under an id of its own
 * that knows neither place nor time; what is there and not due any more goes back. Called once it is final, and again
 * whenever somebody is passed over; doing it twice is doing it once. Who left or let lapse theirs is not asked again, and
 * neither is who took theirs and has another place now. What was committed to a wallet, or paid, stays as it was: what is
 * missing to a better place is an award of its own, and what is too much by now is owed back. What the pool cannot pay
 * waits for it.
 */
export async function mintAwards(tx: Tx, context: Context, round_id: RoundId, at: Date): Promise<void> {
  const round = present(await competitions.lockRound(tx, round_id), 'the round of awards');
  const [due, all] = [await dueTo(tx, round_id), await competitions.lockAwardsOfRound(tx, round_id)];
  const given = givenTo(all);
  const missing = due.flatMap((one): Owed[] => {
    const had = given.get(inCategory(one));
    if (!had) return [{ ...one, tops_up: null }];
    const amount_nanos = one.amount_nanos - had.amount_nanos;
    return amount_nanos > 0n ? [{ ...one, amount_nanos, tops_up: had.last }] : [];
  });
  const wanted = new Set(missing.map(keyOf));
  const owed = all.filter(({ state }) => competitions.OWED.includes(state) && !STAY.includes(state));
  for (const award of owed.filter((one) => !wanted.has(keyOf(one))))
    await takeBackAward(tx, round, award, { act: 'revoke', by: SYSTEM, at });
  const have = new Set(owed.map(keyOf));
  const passed = answersIn(all, ({ state }) => state === 'declined' || state === 'expired');
  const taken = answersIn(all, ({ state, answered_at }) => state !== 'declined' && answered_at !== null);
  let isShort = false;
  for (const one of missing)
    if (!have.has(keyOf(one)) && !passed.has(answerOf(one)))
      isShort = !(await mint(tx, round, one, { isTaken: taken.has(answerOf(one)), at })) || isShort;
  if (isShort) await lookAgain(tx, round_id, at);
  await noteOwedBack(tx, round_id, { due, given: [...given.values()] }, at);
  await settleSoon(tx, round, at);
  context.wake.send('news');
}

const { STAY } = competitions;
const AGAIN_MS = 3_600_000;

/** Somebody has to pay something in first. */
const lookAgain = (tx: Tx, subject_id: RoundId, at: Date) =>
  setTimer(tx, {
    ...{ kind: competitions.MINT_TIMER, subject_id, at },
    due_at: new Date(at.getTime() + AGAIN_MS),
  });

const IS_OUT = new Set<string>(['final', 'settled', 'archived']);

/** What is due is looked at again, without anything of the standings having changed. */
export async function mintAgain(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const round = await competitions.lockRound(tx, asId<RoundId>(subject_id));
  if (round && IS_OUT.has(round.state)) await mintAwards(tx, context, round.id, context.clock.now());
}

type Given = Pick<Due, 'category_id' | 'person_id' | 'amount_nanos'> & { last: AwardId };

/** What each person was given for good in a category, with the newest of it. */
function givenTo(all: readonly competitions.Award[]): Map<string, Given> {
  const given = new Map<string, Given>();
  const byAge = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  for (const award of byAge.filter(({ state }) => STAY.includes(state))) {
    const { category_id, person_id, id: last } = award;
    const before = given.get(inCategory(award))?.amount_nanos ?? 0n;
    const amount_nanos = before + award.amount_nanos;
    given.set(inCategory(award), { category_id, person_id, amount_nanos, last });
  }
  return given;
}

/**
 * Who was given more than the standings owe them by now owes the rest back; who owed more than that owes less. Of an award
 * whose epoch was voided nothing is owed back any more: it is taken back as any other.
 */
async function noteOwedBack(
  tx: Tx,
  round_id: RoundId,
  { due, given }: { due: readonly Due[]; given: readonly Given[] },
  at: Date,
): Promise<void> {
  const dueIn = new Map(due.map((one) => [inCategory(one), one.amount_nanos]));
  const before = await competitions.owedBack(tx, { round_ids: [round_id] });
  const owes = new Map(before.map((one) => [inCategory(one), one.amount_nanos]));
  const nothing = { amount_nanos: 0n };
  const had = new Set(given.map(inCategory));
  const back = before.filter((one) => !had.has(inCategory(one))).map((one) => ({ ...one, ...nothing }));
  for (const { category_id, person_id, amount_nanos: all } of [...given, ...back]) {
    const one = { category_id, person_id };
    const beyond = all - (dueIn.get(inCategory(one)) ?? 0n);
    const amount_nanos = (beyond > 0n ? beyond : 0n) - (owes.get(inCategory(one)) ?? 0n);
    if (amount_nanos === 0n) continue;
    const id = newId<RecoveryId>(at);
    await competitions.insertRecovery(tx, { ...one, id, round_id, amount_nanos }, at);
    await ledger.post(tx, awardOwedBack(id, one.person_id, amount_nanos), at);
  }
}

const answerOf = ({ entry_id, person_id }: Due) => `${entry_id} ${person_id}`;
const inCategory = ({ category_id, person_id }: Pick<Due, 'category_id' | 'person_id'>) =>
  `${category_id} ${person_id}`;
const answersIn = (awards: readonly competitions.Award[], which: (award: competitions.Award) => boolean) =>
  new Set(awards.filter(which).map(answerOf));

/** What the standings owe, divided among those whose each entry is. */
async function dueTo(tx: Tx, round_id: RoundId): Promise<Due[]> {
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

/** Out of what the round put aside, as far as that goes, and then out of the pool. Answers false where that is short. */
async function mint(
  tx: Tx,
  { id: round_id, returned_at }: competitions.Round,
  owed: Owed,
  { isTaken, at }: { isTaken: boolean; at: Date },
): Promise<boolean> {
  const id = newId<AwardId>(at);
  const isAside = returned_at === null && (await leftIn(tx, round_id)) >= owed.amount_nanos;
  const source = isAside ? 'escrow' : 'pool';
  if (!isAside && (await inPool(tx)) < owed.amount_nanos) return false;
  await competitions.insertAward(tx, { ...owed, id, round_id, source }, SYSTEM, at);
  await ledger.post(tx, prizeAwarded(id, source, round_id, owed.person_id, owed.amount_nanos), at);
  const award = present(await competitions.awardById(tx, id), 'an award that was just minted');
  if (isTaken) await competitions.moveAward(tx, 'keep', { id, by: SYSTEM, at, set: { answered_at: at } });
  const timer = isTaken
    ? { kind: competitions.CLAIM_TIMER, due_at: award.expires_at }
    : { kind: competitions.ANSWER_TIMER, due_at: award.answer_by };
  await setTimer(tx, { ...timer, subject_id: id, at });
  return true;
}
