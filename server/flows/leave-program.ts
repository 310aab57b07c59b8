import type { Context } from '../context.ts';
import { type AccountId, asId, type LeavingId, type SessionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { blocksOf, givesUp, moneyOf } from '../views/leaving.ts';
import { sendMail } from './send-mail.ts';

export const LEAVING_TIMER = 'leaving.due';
const TIMER = { id: 'system', as: 'timer' };

type Wish = { password: string; confirmation: string; gives_up: boolean; session_id: SessionId | null };

/** A member asks to leave: with their password, their handle typed, and what they give up said. Answers when it is due. */
export async function askToLeave(context: Context, account_id: AccountId, wish: Wish): Promise<Date> {
  const { db, clock, database } = context;
  const at = clock.now();
  const account = present(await identity.accountById(db, account_id), 'the account of the caller');
  if (wish.confirmation.trim().replace(/^@/, '').toLowerCase() !== account.handle)
    refuse('INVALID_INPUT', {
      issues: [{ path: 'confirmation', message: `Type your handle: ${account.handle}` }],
    });
  const proof = await identity.checkPassword(db, account_id, wish.password);
  const money = await moneyOf(context, account_id);
  if (givesUp(money) && !wish.gives_up) {
    const { paid_micros, earned_micros } = money;
    refuse('LEAVING_GIVES_UP', { paid_micros, earned_micros });
  }
  return database.inTransaction(async (tx) => {
    const { session_id } = wish;
    const { id, due_at } = await identity.askToLeave(tx, { proof, session_id }, at);
    const blocks = await blocksOf(tx, account_id, at);
    if (blocks.length > 0)
      refuse('LEAVING_BLOCKED', { blocks: blocks.map(({ code, subject }) => ({ code, subject })) });
    await setTimer(tx, { kind: LEAVING_TIMER, subject_id: id, due_at, at });
    await sendMail(tx, context, account_id, (say) => say.leavingLetter(leaveAt(context), due_at), at);
    return due_at;
  });
}

/** They changed their mind in time. */
export async function stay(context: Context, account_id: AccountId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const leaving = await identity.leavingOf(tx, account_id);
    if (leaving?.state !== 'waiting') return refuse('NOT_LEAVING');
    const { id } = leaving;
    await identity.stay(tx, { id, by: { id: account_id, as: 'member' }, at });
    await dropTimer(tx, { kind: LEAVING_TIMER, subject_id: id, at });
    await sendMail(
      tx,
      context,
      account_id,
      (say) => say.stayingLetter(`${context.origins.public}/settings`),
      at,
    );
  });
}

/** The day has come: there is no way back from here, unless something turned up that has to be settled first. */
export async function leaveWhenDue(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const leaving = await identity.leavingById(tx, asId<LeavingId>(subject_id));
  if (leaving?.state !== 'waiting') return;
  const { id, account_id } = leaving;
  const step = { id, by: TIMER, at };
  const blocks = await blocksOf(tx, account_id, at);
  if (blocks.length === 0) return identity.letGo(tx, { ...step, account_id });
  const due_at = new Date(at.getTime() + DAY_MS);
  // told once: the page says it every day
  const isFirst = leaving.due_at.getTime() - leaving.asked_at.getTime() <= identity.LEAVING_MS;
  await identity.putOffLeaving(tx, step, due_at);
  await setTimer(tx, { kind: LEAVING_TIMER, subject_id: id, due_at, at });
  if (isFirst)
    await sendMail(tx, context, account_id, (say) => say.putOffLetter(leaveAt(context), due_at), at);
}

const leaveAt = ({ origins }: Context) => `${origins.public}/settings/leave`;
