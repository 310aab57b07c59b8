import type { Context } from '../context.ts';
import { type ApplicationId, asId, type AssignmentId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { fireDue, setTimer, type Timer } from '../kit/timers.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import { expireAward, lapseAward } from './answer-award.ts';
import { passClaimOn } from './answer-claim.ts';
import { remindOfEvent, SOON_TIMER } from './announce-event.ts';
import { ACTIVATE_TIMER, activateSplit, EXPIRE_TIMER, expireSplit } from './ask-team.ts';
import { TRANSFER_TIMER } from './hand-over-model.ts';
import { leaveWhenDue, LEAVING_TIMER } from './leave-program.ts';
import { lapseOffer, OFFER_TIMER } from './offer-agreement.ts';
import { expireTransfer } from './offer-transfer.ts';
import {
  askOneMore,
  closePanel,
  deliberateWhenReady,
  judged,
  LAPSE_TIMER,
  PANEL_TIMER,
  SYSTEM,
  TIMER,
} from './panel.ts';
import {
  BEGIN_TIMER,
  beginReward,
  REVERSE_TIMER,
  reverseReward,
  REWARD_TIMER,
  settleReward,
} from './reward-referral.ts';
import { orderScheduled } from './schedule-exports.ts';
import { repeatCampaign } from './repeat-campaign.ts';
import { draftNextRound } from './repeat-round.ts';
import { endCampaign, settleCampaign, startCampaign } from './run-campaign.ts';
import { REMIND_TIMER, remindJudges } from './remind-judges.ts';
import { mintAgain } from './mint-awards.ts';
import { turnRound } from './run-round.ts';
import { COLLABORATION_TIMER, expireCollaboration } from './propose-collaboration.ts';
import { writeLetter } from './program-letters.ts';
import { sendMail } from './send-mail.ts';

type Act = (tx: Tx, context: Context, timer: Timer) => Promise<void>;

/** What happens when a time of the program is over. */
const acts: Record<string, Act> = {
  'assignment.soon': reminder('soon'),
  'assignment.due': reminder('due'),
  'assignment.late': reminder('late'),
  'assignment.reassign': reassign,
  [PANEL_TIMER]: endOfPanel,
  [LAPSE_TIMER]: lapseApplication,
  [OFFER_TIMER]: lapseOffer,
  [EXPIRE_TIMER]: expireSplit,
  [ACTIVATE_TIMER]: activateSplit,
  [earnings.CLAIM_ANSWER_TIMER]: passClaimOn,
  [TRANSFER_TIMER]: expireTransfer,
  [campaigns.START_TIMER]: startCampaign,
  [campaigns.END_TIMER]: endCampaign,
  [campaigns.SETTLE_TIMER]: settleCampaign,
  [campaigns.REPEAT_TIMER]: repeatCampaign,
  [competitions.DRAFT_TIMER]: draftNextRound,
  [competitions.TURN_TIMER]: turnRound,
  [REMIND_TIMER]: remindJudges,
  [competitions.ANSWER_TIMER]: lapseAward,
  [competitions.CLAIM_TIMER]: expireAward,
  [competitions.MINT_TIMER]: mintAgain,
  [BEGIN_TIMER]: beginReward,
  [SOON_TIMER]: remindOfEvent,
  [COLLABORATION_TIMER]: expireCollaboration,
  [REWARD_TIMER]: settleReward,
  [REVERSE_TIMER]: reverseReward,
  [analytics.SCHEDULE_TIMER]: orderScheduled,
  [LEAVING_TIMER]: leaveWhenDue,
};

/** Lets every timer of the program fire whose time has come. Answers how many did. */
export async function fireTimers(context: Context): Promise<number> {
  const { database, clock, log, wake } = context;
  const bound = Object.fromEntries(
    Object.entries(acts).map(([kind, act]) => [kind, (tx: Tx, timer: Timer) => act(tx, context, timer)]),
  );
  const fired = await fireDue(database, clock.now(), bound, (timer, trouble) =>
    log.error({ err: trouble, timer }, 'a timer did not fire'),
  );
  if (fired > 0) wake.send('news');
  return fired;
}

const looking = new Set(['in_review', 'deliberation']);

function reminder(when: 'soon' | 'due' | 'late'): Act {
  return async (tx, context, { subject_id }) => {
    const id = asId<AssignmentId>(subject_id);
    const found = await program.assignmentById(tx, id);
    if (found?.state !== 'assigned') return;
    const link = `${context.origins.public}/review/${id}`;
    const at = context.clock.now();
    await sendMail(tx, context, found.reviewer_id, (say) => say.reviewReminder(link, when), at);
  };
}

/** A reviewer was silent for too long: somebody else is asked. */
async function reassign(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const found = await program.assignmentById(tx, asId<AssignmentId>(subject_id));
  if (!found) return;
  const about = await judged(tx, found.application_id);
  const { id, kind, panel, state } = (await program.assignmentById(tx, found.id)) ?? found;
  if (state !== 'assigned') return;
  const { application } = about;
  const here = kind === 'gold' || (panel === application.panel && looking.has(application.state));
  await program.moveAssignment(tx, here ? 'reassign' : 'expire', { id, by: TIMER, at });
  if (!here || kind === 'gold' || application.state !== 'in_review') return;
  await askOneMore(tx, context, about, { kind, by: SYSTEM }, at);
  await deliberateWhenReady(tx, context, application.id, at);
}

/** So much longer a panel gets that has not even the fewest reviews. */
const EXTENDED_DAYS = 3;

/** The time of a panel is over: it deliberates with what is there, or goes on for a little. */
async function endOfPanel(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const id = asId<ApplicationId>(subject_id);
  await deliberateWhenReady(tx, context, id, at, 'deadline');
  const { application } = await judged(tx, id);
  if (application.state === 'in_review' && application.due_at && application.due_at <= at)
    await setTimer(tx, { kind: PANEL_TIMER, subject_id, due_at: program.daysAfter(at, EXTENDED_DAYS), at });
}

/** What was asked for did not come in time, or there was no room in time. */
async function lapseApplication(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const { application } = await judged(tx, asId<ApplicationId>(subject_id));
  const { id, state, title } = application;
  if (state !== 'needs_changes' && state !== 'waitlisted') return;
  await program.moveApplication(tx, 'lapse', { id, by: TIMER, at, set: { due_at: null } });
  await closePanel(tx, application, at);
  await writeLetter(tx, context, application, (say) => say.lapseLetter(title, state), at);
}
