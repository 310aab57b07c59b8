import { QUOTA } from '@stellary/judging';
import type { BallotChoice } from '#api/competitions/voting-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type CategoryId, type PairId } from '../ids.ts';
import { createBatcher, onePer, type Outcome } from '../kit/batcher.ts';
import * as competitions from '../modules/competitions/index.ts';
import type * as moderation from '../modules/moderation/index.ts';
import { Refusal, refusal, refuse } from '../refuse.ts';
import { pairSeal } from '../views/competitions/voting.ts';
import { assignPairIn, type AssignedPair } from './assign-pair.ts';
import { demandRoomToReport, report } from './report.ts';

type Complaint = { side: 'left' | 'right'; reason: moderation.Report['reason']; text: string };
type Chosen = { token: string; choice: BallotChoice; report?: Complaint | undefined };

/** Casts the ballot that a token is for, and gives the voter their next pair with it, if there is one. */
export async function castBallot(
  context: Context,
  person_id: AccountId,
  { token, choice, report: complaint }: Chosen,
): Promise<{ id: PairId; cast: number; quota: number; next: AssignedPair | null }> {
  const at = context.clock.now();
  const pair = openToken(context, person_id, token);
  if (at.getTime() >= pair.expires_ms) refuse('TOKEN_EXPIRED');
  const wait_ms = pair.ready_ms - at.getTime();
  if (competitions.isCast(choice) && wait_ms > 0) refuse('TOO_EARLY_TO_CHOOSE', { wait_ms });
  const { id, cast_before, category_id, phase } = pair;
  if (choice === 'report') await demandRoomToReport(context.db, person_id, at);
  await caster(context).add({ id, person_id, choice, at });
  if (complaint) await tellModerators(context, person_id, id, complaint);
  return {
    id,
    cast: cast_before + Number(competitions.isCast(choice)),
    quota: QUOTA[phase],
    next: await nextOf(context, person_id, category_id),
  };
}

function openToken(context: Context, person_id: AccountId, token: string) {
  const [id = '', category_id = '', phase, cast_before, issued_ms, looks_ms, expires_ms] =
    context.cursors.open(pairSeal(person_id), token) ?? refuse('TOKEN_REFUSED');
  return {
    id: asId<PairId>(id),
    category_id: asId<CategoryId>(category_id),
    phase: phase === 'final' ? ('final' as const) : ('qualifying' as const),
    cast_before: Number(cast_before),
    ready_ms: Number(issued_ms) + Number(looks_ms),
    expires_ms: Number(expires_ms),
  };
}

/** Those who choose at the same time are written down in one transaction. */
const caster = onePer((context: Context) =>
  createBatcher<competitions.Cast, undefined>({
    size_max: 300,
    flush: (casts) => castTogether(context, casts),
  }),
);

async function castTogether(
  context: Context,
  casts: readonly competitions.Cast[],
): Promise<Outcome<undefined>[]> {
  return context.database.inTransaction(async (tx) => {
    // the same token twice in one batch is one ballot
    const first = new Map(casts.toReversed().map((cast) => [cast.id, cast] as const));
    const done = await competitions.insertBallots(tx, [...first.values()]);
    const refused = casts.filter((cast) => !done.has(cast.id)).map(({ id }) => id);
    const before = refused.length > 0 ? await competitions.castAmong(tx, refused) : new Set<PairId>();
    return casts.map((cast) => {
      if (done.has(cast.id) && first.get(cast.id) === cast) return { value: undefined };
      return { error: refusal(done.has(cast.id) || before.has(cast.id) ? 'BALLOT_CAST' : 'VOTING_CLOSED') };
    });
  });
}

/** What is expected to end a vote ends it here too. */
async function nextOf(
  context: Context,
  person_id: AccountId,
  category_id: CategoryId,
): Promise<AssignedPair | null> {
  try {
    const contest = await competitions.contestOf(context.db, category_id);
    return contest && (await assignPairIn(context, person_id, contest));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** A copy that we damaged ourselves is no case; what somebody reported already is one. */
async function tellModerators(
  context: Context,
  person_id: AccountId,
  pair_id: PairId,
  { side, reason, text }: Complaint,
): Promise<void> {
  const entry_id = await competitions.entryShown(context.db, pair_id, side);
  if (!entry_id) return;
  try {
    const what = { kind: 'entry' as const, id: entry_id };
    await report(context, person_id, { what, reason, text }, { roomIsTaken: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
