import { JUDGES_LEAST } from '#api/competitions/results-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type JudgeId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { judgeConflicts } from '../views/competitions/judge-conflicts.ts';
import { emergencyUntil } from '../views/competitions/panel-times.ts';
import { isPartyTo } from '../views/competitions/own-interest.ts';
import { isAskedByAnother } from '../views/competitions/second-person.ts';
import { sendMail } from './send-mail.ts';

type Invited = { slug: string; kind: competitions.Category['kind']; handle: string };

/**
 * Asks somebody with the role of a judge to judge one category; after the final only where too few are left. Whoever is
 * asked once the results are out has read them, so that another person has to want it too.
 */
export async function inviteJudge(
  context: Context,
  actor_id: AccountId,
  { slug, kind, handle }: Invited,
): Promise<JudgeId> {
  const at = context.clock.now();
  const id = newId<JudgeId>(at);
  await context.database.inTransaction(async (tx) => {
    const found = (await competitions.roundBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const round = present(await competitions.keepRound(tx, found.id), 'a round that was found');
    const category = (await competitions.categoryOfKind(tx, round.id, kind)) ?? refuse('NOT_FOUND');
    if (await isPartyTo(tx, category.id, actor_id)) refuse('OWN_INTEREST');
    const emergency = await isEmergency(tx, round, category);
    const asked = { category_id: category.id, actor_id };
    if (round.state === 'dispute_window' && !(await isAskedByAnother(tx, round.id, asked)))
      refuse('SECOND_PERSON_NEEDED');
    const account = await identity.accountByHandle(tx, handle);
    if (!account?.roles.includes('judge')) refuse('JUDGE_UNKNOWN');
    await refuseConflicted(tx, { round, category }, account.id);
    const { display_name } = account;
    const judge = {
      id,
      round_id: round.id,
      category_id: category.id,
      person_id: account.id,
      display_name,
      emergency,
    };
    if (!(await competitions.inviteJudge(tx, judge, { id: actor_id, as: 'editor' }, at)))
      refuse('JUDGE_ASKED_ALREADY');
    const until = emergency ? emergencyUntil({ invited_at: at }) : round.tally_at;
    const link = `${context.origins.public}/judging/${id}`;
    const about = { theme: category.theme || round.title, round: round.title, until };
    await sendMail(tx, context, account.id, (say) => say.judgeLetter(link, about), at);
  });
  context.wake.send('news');
  return id;
}

/** Before the final is over everybody may be asked; after it, only in place of judges who are gone. */
async function isEmergency(
  tx: Tx,
  round: competitions.Round,
  { id }: competitions.Category,
): Promise<boolean> {
  const { state } = round;
  if (!ASKED_AFTER.has(state) && !ASKED_BEFORE.has(state))
    refuse('NOT_NOW', { state, act: 'invite a judge', possible: [] });
  if (ASKED_BEFORE.has(state)) return false;
  const judges = await competitions.judgesAmong(tx, [id]);
  const left = judges.filter((judge) => judge.state === 'accepted' || judge.state === 'invited');
  if (left.length >= JUDGES_LEAST) refuse('NOT_NOW', { state, act: 'invite a judge', possible: [] });
  return true;
}
const ASKED_BEFORE = new Set<string>(['draft', 'scheduled', 'open', 'locked', 'qualifying', 'final_round']);
const ASKED_AFTER = new Set<string>(['tally', 'dispute_window']);

export async function refuseConflicted(
  db: Db,
  of: { round: competitions.Round; category: competitions.Category },
  person_id: AccountId,
): Promise<void> {
  const conflicts = await judgeConflicts(db, of, [person_id]);
  const reasons = (conflicts.get(person_id) ?? []).map(({ says }) => says);
  if (reasons.length > 0) refuse('JUDGE_CONFLICT', { reasons });
}
