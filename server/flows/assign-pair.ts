import { whyNotVoteWords } from '#api/competitions/rule-words.ts';
import { QUOTA } from '@stellary/judging';
import type { VotingPhase } from '#api/competitions/voting-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type CategoryId, newId, type PairId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { type Batcher, createBatcher, onePer, type Outcome } from '../kit/batcher.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refusal, refuse } from '../refuse.ts';
import { voterFacts } from '../views/competitions/voter-facts.ts';
import type { ContestName } from '../views/competitions/voting.ts';

/** What a voter was given, and the files of the two sides. */
export type AssignedPair = {
  category_id: CategoryId;
  phase: VotingPhase;
  given: competitions.Given;
  left: Side;
  right: Side;
};
type Side = competitions.Shown & { looks_ms: number };

type Contest = competitions.Contest & { phase: VotingPhase; ends_at: Date };

/** Gives a voter the pair that is theirs to compare now; whoever votes for the first time is enrolled with it. */
export async function assignPair(
  context: Context,
  person_id: AccountId,
  { slug, category }: ContestName,
): Promise<AssignedPair> {
  const contest = (await competitions.contestAt(context.db, slug, category)) ?? refuse('NOT_FOUND');
  return assignPairIn(context, person_id, contest);
}

export async function assignPairIn(
  context: Context,
  person_id: AccountId,
  { phase, ends_at, ...contest }: competitions.Contest,
): Promise<AssignedPair> {
  const { clock } = context;
  if (!phase || !ends_at || clock.now() >= ends_at) refuse('VOTING_CLOSED');
  const open: Contest = { ...contest, phase, ends_at };
  const line = lineOf(context, open);
  const assigned = await line.add(person_id);
  if (assigned !== 'not enrolled') return assigned;
  await enrol(context, open, person_id);
  const again = await line.add(person_id);
  if (again === 'not enrolled') throw new Error('a voter was enrolled and is not there');
  return again;
}

/** Whether somebody votes, and what they are never shown, is looked at once: when they begin. */
async function enrol(context: Context, contest: Contest, person_id: AccountId): Promise<void> {
  const { database, db, clock, ballot_key } = context;
  const at = clock.now();
  const { facts, kept_from } = await voterFacts(db, contest, person_id, at);
  const why = competitions.whyNotVote(facts, contest);
  if (why) refuse('MAY_NOT_VOTE', { why: whyNotVoteWords[why] });
  const { category_id } = contest;
  const ties = await campaigns.tiesOf(db, [person_id]);
  const links = (ties.get(person_id) ?? []).map((tie) =>
    competitions.linkDigest(ballot_key, category_id, tie),
  );
  await database.inTransaction((tx) =>
    competitions.enrol(tx, {
      ...{ category_id, person_id, kept_from, links, at },
      pseudonym: competitions.pseudonymOf(ballot_key, contest, person_id),
      class: competitions.classOf(facts.joined_at, contest),
    }),
  );
}

/** More at once adds to how long each waits and little to how many there are in a second. */
const BATCH_MAX = 100;

type Line = Batcher<AccountId, AssignedPair | 'not enrolled'>;
const lines = onePer((_context: Context) => new Map<string, { line: Line; contest: Contest }>());

/** Pairs of one phase come out of one counter: whoever asks at the same time is answered in one transaction. */
function lineOf(context: Context, contest: Contest): Line {
  const key = `${contest.category_id} ${contest.phase}`;
  const known = lines(context).get(key);
  if (known) {
    // its times may have been moved since
    known.contest = contest;
    return known.line;
  }
  const made: { line: Line; contest: Contest } = {
    contest,
    line: createBatcher<AccountId, AssignedPair | 'not enrolled'>({
      size_max: BATCH_MAX,
      flush: (people) => assignTogether(context, made.contest, people),
    }),
  };
  lines(context).set(key, made);
  return made.line;
}

async function assignTogether(
  context: Context,
  contest: Contest,
  people: readonly AccountId[],
): Promise<Outcome<AssignedPair | 'not enrolled'>[]> {
  const { category_id, phase } = contest;
  const field = await fieldOf(context, category_id, phase);
  return context.database.inTransaction(async (tx) => {
    const slots = await competitions.takeCounter(tx, category_id, phase);
    // the round is in this phase and nothing is there to vote on yet: it is being prepared
    if (slots === null) return people.map(() => ({ error: refusal(field ? 'VOTING_CLOSED' : 'NO_PAIR') }));
    const known = field ?? present(await fieldOf(context, category_id, phase), 'what is voted on');
    // after the look: time goes on while somebody else has the counter
    const at = context.clock.now();
    const turns = await competitions.turnsOf(tx, category_id, phase, people);
    const fresh: competitions.Given[] = [];
    let slot = slots;
    const outcomes = people.map((person_id): Outcome<AssignedPair | 'not enrolled'> => {
      const turn = turns.get(person_id);
      if (!turn) return { value: 'not enrolled' };
      const { voter, given, last } = turn;
      const next = competitions.nextPair({ contest, field: known, voter, given, last, slot, at });
      if (next === 'spent') return { error: refusal('BALLOTS_SPENT', { quota: QUOTA[phase] }) };
      if (next === 'none') return { error: refusal('NO_PAIR') };
      if ('open' in next) return { value: withFiles(contest, known, next.open) };
      const pair = { ...next.fresh, id: newId<PairId>(at), choice: null };
      fresh.push(pair);
      // the same person twice at once gets the same pair
      given.push(pair);
      turn.last = pair;
      if (pair.slot >= 0) slot += 1;
      return { value: withFiles(contest, known, pair) };
    });
    if (fresh.length > 0) await competitions.insertPairs(tx, { category_id, phase, slots: slot }, fresh);
    return outcomes;
  });
}

function withFiles(
  { category_id, phase }: Contest,
  { by_id }: competitions.Field,
  given: competitions.Given,
): AssignedPair {
  const side = (id: string, damaged: boolean): Side => {
    const { file, damaged: copy, looks_ms } = present(by_id.get(id), 'what is voted on');
    return { ...(damaged ? present(copy, 'the damaged copy of a control pair') : file), looks_ms };
  };
  return {
    ...{ category_id, phase, given },
    left: side(given.left_entry, given.damaged === 'left'),
    right: side(given.right_entry, given.damaged === 'right'),
  };
}

/** What was taken down is shown for so long at most, by what is kept here. */
const KEPT_MS = 5_000;

type Kept = { field: competitions.Field; read_at: number; reading: boolean };
const fields = onePer((_context: Context) => new Map<string, Kept>());

/** What is voted on, as it was read some seconds ago; while it is read anew what was there is good enough. */
async function fieldOf(
  context: Context,
  category_id: CategoryId,
  phase: VotingPhase,
): Promise<competitions.Field | null> {
  const key = `${category_id} ${phase}`;
  const read = async () => {
    const showings = await competitions.showingsOf(context.db, category_id, phase);
    if (showings.length === 0) return null;
    const field = competitions.fieldOf(showings);
    fields(context).set(key, { field, read_at: performance.now(), reading: false });
    return field;
  };
  const kept = fields(context).get(key);
  if (!kept) return read();
  if (!kept.reading && performance.now() - kept.read_at > KEPT_MS) {
    kept.reading = true;
    read().catch((error: unknown) => {
      kept.reading = false;
      context.log.error({ err: error }, 'what is voted on could not be read again');
    });
  }
  return kept.field;
}
