import { createHash, randomBytes } from 'node:crypto';
import type { SheetNotes } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import { answerAward } from '../flows/answer-award.ts';
import { answerJudge } from '../flows/answer-judge.ts';
import { assignPair, type AssignedPair } from '../flows/assign-pair.ts';
import { castBallot } from '../flows/cast-ballot.ts';
import { confirmResults } from '../flows/confirm-results.ts';
import { countCategories } from '../flows/count-categories.ts';
import { disputeResults, ruleOnDispute } from '../flows/dispute-results.ts';
import { inviteJudge } from '../flows/invite-judge.ts';
import { commitRanking, saveRanking } from '../flows/rank-finalists.ts';
import { tendVoting } from '../flows/tend-voting.ts';
import type { AccountId, JudgeId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { settableClock } from '../kit/clock.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import { Refusal } from '../refuse.ts';
import { resultsOf } from '../views/competitions/results.ts';
import { presentPair } from '../views/competitions/voting.ts';
import type { Chance } from './chance.ts';
import type { Due } from './desk.ts';
import { cutEpoch, linkWinner } from './payout.ts';
import {
  EDITOR,
  enterModels,
  enterRounds,
  idOf,
  OVER,
  type Round,
  SECOND_EDITOR,
  timeOf,
  VOTED_ON,
} from './rounds.ts';

type Clock = ReturnType<typeof settableClock>;
type Cast = {
  members: readonly AccountId[];
  voters: readonly AccountId[];
  judges: readonly AccountId[];
  creators: readonly AccountId[];
};
type Stage = Cast & { context: Context; clock: Clock; luck: Chance; password: string };

const { slug } = OVER;
const MODERATOR = 'moderator@demo.example';
const MEDIA = ['image', 'video', 'music'] as const;
/** So much each of them enters, of each medium. */
const ENTERED = 3;
/** So many pairs somebody compares at one sitting. */
const SITTING = 10;

/** What people do in the rounds that were planned, and when: one is played to its end, in another they begin to vote. */
export function playRounds(stage: Stage, planned: readonly Round[], span: { to: Date }): Due[] {
  return [
    ...(planned.includes(OVER) ? wholeRound(stage, span) : []),
    ...(planned.includes(VOTED_ON) ? begunVote(stage, span) : []),
  ];
}

function wholeRound(stage: Stage, span: { to: Date }): Due[] {
  const { context, members, voters, creators } = stage;
  const at = (time: keyof Round['days'], hours: number, take: () => Promise<unknown>): Due => ({
    at: timeOf(OVER, time, span, hours),
    take,
  });
  const vote = () => everybodyVotes(stage, OVER, [...voters, ...members]);
  return [
    at('opens_at', 2, () => enterModels(context, OVER, creators)),
    at('locks_at', -2, () => enterRounds(context, members, OVER, ENTERED)),
    at('qualifying_at', 1, () => untilDone(context)),
    at('qualifying_at', 2, () => askJudges(stage)),
    ...[3, 27, 51].map((hours) => at('qualifying_at', hours, vote)),
    at('final_at', 1, () => untilDone(context)),
    ...[2, 26].map((hours) => at('final_at', hours, vote)),
    at('final_at', 30, () => rank(stage)),
    at('tally_at', 1, () => untilDone(context)),
    at('tally_at', 10, () => dispute(stage)),
    // whoever asked may appeal for three days
    at('tally_at', 20, () => ruleOn(context)),
    at('disputes_until', 1, () => confirm(context, EDITOR)),
    at('disputes_until', 3, () => confirm(context, SECOND_EDITOR)),
    at('disputes_until', 24, () => accept(stage)),
    at('disputes_until', 25, () => linkWinner(context, stage.password)),
    // a new wallet waits for three days before it counts
    at('disputes_until', 100, () => cutEpoch(context)),
  ];
}

/** Whoever can sign in as a member has nothing in it, and may vote. */
function begunVote(stage: Stage, span: { to: Date }): Due[] {
  const { context, members, voters } = stage;
  const [, ...others] = members;
  return [
    {
      at: timeOf(VOTED_ON, 'locks_at', span, -2),
      take: () => enterRounds(context, others, VOTED_ON, ENTERED),
    },
    { at: timeOf(VOTED_ON, 'qualifying_at', span, 1), take: () => untilDone(context) },
    {
      at: timeOf(VOTED_ON, 'qualifying_at', span, 5),
      take: () => everybodyVotes(stage, VOTED_ON, voters),
    },
  ];
}

const overIn = async ({ db }: Context) => present(await competitions.roundBySlug(db, slug), slug);

/** What a worker does beside: votes begin and end, and what is due is counted. */
async function untilDone(context: Context): Promise<void> {
  for (let done = 1; done > 0;) done = (await tendVoting(context)) + (await countCategories(context));
}

// votes --------------------------------------------------------------------------------------------------------

async function everybodyVotes(
  stage: Stage,
  { slug: address, categories }: Round,
  people: readonly AccountId[],
) {
  for (const category of MEDIA.filter((medium) => categories.some(({ kind }) => kind === medium)))
    await voteOn(stage, { slug: address, category }, people);
}

/** All of them at once: each looks at a pair for as long as one has to, and chooses. */
async function voteOn(
  { context, clock, luck }: Stage,
  contest: { slug: string; category: (typeof MEDIA)[number] },
  people: readonly AccountId[],
): Promise<void> {
  let given = await Promise.all(people.map((id) => orNothing(assignPair(context, id, contest))));
  for (let cast = 0; cast < SITTING && given.some((pair) => pair !== null); cast += 1) {
    const looks = given.map((pair) => pair?.given.looks_ms ?? 0);
    clock.advance(Math.max(...looks) + 1_000 + luck.below(3_000));
    given = await Promise.all(
      given.map(async (pair, place) => {
        if (!pair) return null;
        const { token } = presentPair(context, pair);
        const choice = chosen(pair.given, luck);
        const done = castBallot(context, present(people[place], 'who votes'), { token, choice });
        return (await orNothing(done))?.next ?? null;
      }),
    );
  }
}

/** Nobody sees a damaged copy and takes it for the better one; of two that are nearly as good somebody may err. */
function chosen({ left_entry, right_entry, damaged }: AssignedPair['given'], luck: Chance) {
  if (damaged) return damaged === 'left' ? 'right' : 'left';
  const ahead = worth(left_entry) - worth(right_entry) + (luck.next() - 0.5) * 0.5;
  if (Math.abs(ahead) < 0.02) return 'equal';
  return ahead > 0 ? 'left' : 'right';
}

/** What people think of something, between 0 and 1: most agree on most of it. */
const worth = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;

/** Who has an entry there does not vote, and somebody has compared everything. */
async function orNothing<T>(doing: Promise<T>): Promise<T | null> {
  return doing.catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
}

// judges -------------------------------------------------------------------------------------------------------

async function askJudges({ context, judges }: Stage): Promise<void> {
  const editor = await idOf(context, EDITOR);
  for (const { kind } of await competitions.categoriesOf(context.db, (await overIn(context)).id))
    for (const person_id of judges) {
      const { handle } = present(await identity.accountById(context.db, person_id), 'a judge');
      const id = await inviteJudge(context, editor, { slug, kind, handle });
      const answer = { id, accepted: true, no_conflict: true, declaration: '' };
      await answerJudge(context, person_id, answer);
    }
}

type Notes = z.infer<typeof SheetNotes>;
const NOTED: readonly Notes[string][] = [
  {
    creativity: 'I have not seen this idea in any of the others.',
    craft: 'Whole to the edges, on the second look too.',
  },
  { theme: 'It is four in the morning in there, and one believes it.' },
  {
    craft: 'A little less would have been more.',
    use_of_model: 'Gets a calm out of it that I did not expect.',
  },
];

/** Each judge orders the finalists as they see them, writes something of the first, and commits to it. */
async function rank({ context, luck }: Stage): Promise<void> {
  const { db } = context;
  for (const category of await competitions.categoriesOf(db, (await overIn(context)).id)) {
    const finalists = (await competitions.finalistsOf(db, category.id)) ?? [];
    const panel = await competitions.judgesAmong(db, [category.id]);
    for (const { id, person_id } of panel.filter((judge) => judge.state === 'accepted')) {
      const seen = new Map(finalists.map((entry) => [entry, worth(entry) + luck.next() * 0.35]));
      const order = finalists.toSorted((one, other) => (seen.get(other) ?? 0) - (seen.get(one) ?? 0));
      const notes: Notes = Object.fromEntries(order.slice(0, 1).map((entry) => [entry, luck.pick(NOTED)]));
      await commit(context, person_id, { id, order, notes });
    }
  }
}

async function commit(
  context: Context,
  person_id: AccountId,
  { id, order, notes }: { id: JudgeId; order: string[]; notes: Notes },
): Promise<void> {
  const salt = randomBytes(32).toString('hex');
  await saveRanking(context, person_id, { id, version: 0, order, notes });
  const digest = competitions.digestOfSheet({ judge_id: id, entry_ids: order, notes, salt });
  await commitRanking(context, person_id, { id, digest, salt });
}

// results ------------------------------------------------------------------------------------------------------

/** One who voted doubts a place, and is answered in public. */
async function dispute({ context, voters }: Stage): Promise<void> {
  const text = 'The second place looks a lot like a picture of the week before. Was it made in the window?';
  const wish = { slug, kind: 'image' as const, text };
  await disputeResults(context, present(voters[0], 'a voter'), wish);
}

async function ruleOn(context: Context): Promise<void> {
  const round = await overIn(context);
  const moderator = await idOf(context, MODERATOR);
  const reason =
    'We looked at the record of how it was made: five days after the round opened, by the same person, from no picture. The other one is an earlier try of theirs.';
  for (const { id } of await competitions.disputesOf(context.db, round.id))
    await ruleOnDispute(context, moderator, { id, upheld: false, reason });
}

async function confirm(context: Context, email: string): Promise<void> {
  const { categories } = await resultsOf(context, null, slug);
  const bundle_digests = categories.flatMap(({ bundle_digest }) => bundle_digest ?? []);
  await confirmResults(context, await idOf(context, email), { slug, bundle_digests });
}

/** Everybody takes what they won, but for the one who can sign in: that answer is theirs. */
async function accept({ context, members }: Stage): Promise<void> {
  const round = await overIn(context);
  for (const { id, person_id, version, state } of await competitions.awardsOfRound(context.db, round.id))
    if (state === 'created' && person_id !== members[0])
      await answerAward(context, person_id, { id, version, accepted: true });
}
