import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, newId, type TransferId } from '../ids.ts';
import { startOfDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { isOfHouse, OF_HOUSE, whyNotNow } from '../views/transfers.ts';
import { demandNotBlocked } from './block-person.ts';
import { TRANSFER_TIMER } from './hand-over-model.ts';
import { demandStanding } from './standing-of.ts';
import { writeOfTransfer } from './transfer-letters.ts';

/** Models that one account may offer in a UTC day; each offer is a letter to somebody. */
export const TRANSFERS_PER_DAY_MAX = 20;

type Offered = { slug: string; handle: string; note: string };

/** The owner of a published model offers it to somebody, who has fourteen days to take it over. */
export async function offerTransfer(
  context: Context,
  owner_id: AccountId,
  { slug, handle, note }: Offered,
): Promise<TransferId> {
  const at = context.clock.now();
  const named = (await registry.modelBySlug(context.db, slug)) ?? refuse('NOT_FOUND');
  const model_id = asId<ModelId>(named.id);
  const id = newId<TransferId>(at);
  await context.database.inTransaction(async (tx) => {
    const model = await registry.modelToAddTo(tx, model_id);
    if (model?.creator_id !== owner_id) return refuse('NOT_FOUND');
    await demandStanding({ db: tx }, owner_id, 'hand_over');
    if (await isOfHouse(tx, model_id)) refuse('TRANSFER_REFUSED', { why: OF_HOUSE });
    const to_id = await receiverNamed(tx, owner_id, handle);
    await demandNotBlocked(tx, owner_id, to_id);
    const why = await whyNotNow(tx, model_id);
    if (why) refuse(why.code);
    await closeLapsed(tx, context, model_id, at);
    const expires_at = program.daysAfter(at, program.CLOCKS.transfer_days);
    const offer = { id, model_id, from_id: owner_id, to_id, note, offered_at: at, expires_at };
    await program.insertTransfer(tx, offer).catch(refuseSecond);
    await setTimer(tx, { kind: TRANSFER_TIMER, subject_id: id, due_at: expires_at, at });
    const offered = await program.countTransfers(tx, owner_id, startOfDay(at));
    if (offered > TRANSFERS_PER_DAY_MAX) refuse('INVITATIONS_FULL', { limit: TRANSFERS_PER_DAY_MAX });
    const transfer = (await program.transferById(tx, id)) ?? refuse('NOT_FOUND');
    await writeOfTransfer(tx, context, { transfer, ...model }, 'offered', at);
  });
  context.wake.send('news');
  return id;
}

async function receiverNamed(tx: Tx, owner_id: AccountId, handle: string): Promise<AccountId> {
  const said = handle.replace(/^@/, '').toLowerCase();
  const account = await identity.accountByHandle(tx, said);
  if (!account) return refuse('TRANSFER_REFUSED', { why: `Nobody goes by @${said.slice(0, 30)}.` });
  if (account.id === owner_id) refuse('TRANSFER_REFUSED', { why: 'It is yours already.' });
  return account.id;
}

function refuseSecond(error: unknown): Promise<never> {
  const second =
    error instanceof Error && 'constraint' in error && error.constraint === 'transfer_waits_once';
  return second ? refuse('TRANSFER_WAITS') : Promise.reject(error);
}

/** The owner takes an offer back that nobody has answered. */
export async function takeTransferBack(context: Context, owner_id: AccountId, id: TransferId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const transfer = await program.transferById(tx, id);
    if (transfer?.from_id !== owner_id) return refuse('NOT_FOUND');
    const by = { id: owner_id, as: 'owner' };
    await program.moveTransfer(tx, 'withdraw', { id, by, at });
    await endOffer(tx, context, transfer, 'withdrawn', at);
  });
  context.wake.send('news');
}

/** Nobody answered in time. */
export async function expireTransfer(tx: Tx, context: Context, timer: Timer): Promise<void> {
  const transfer = await program.transferById(tx, asId<TransferId>(timer.subject_id));
  if (transfer?.state === 'offered') await expire(tx, context, transfer, context.clock.now());
}

/** An offer whose time is over makes room for the next, also before its timer has fired. */
async function closeLapsed(tx: Tx, context: Context, model_id: ModelId, at: Date): Promise<void> {
  const waiting = await program.waitingTransfer(tx, model_id);
  if (waiting && waiting.expires_at <= at) await expire(tx, context, waiting, at);
}

async function expire(tx: Tx, context: Context, transfer: program.Transfer, at: Date): Promise<void> {
  const by = { id: 'system', as: 'timer' };
  await program.moveTransfer(tx, 'expire', { id: transfer.id, by, at });
  await endOffer(tx, context, transfer, 'expired', at);
}

/** What follows when an offer came to nothing. */
export async function endOffer(
  tx: Tx,
  context: Context,
  transfer: program.Transfer,
  how: 'declined' | 'expired' | 'withdrawn',
  at: Date,
): Promise<void> {
  await dropTimer(tx, { kind: TRANSFER_TIMER, subject_id: transfer.id, at });
  const [model] = await registry.modelsByIds(tx, [transfer.model_id]);
  if (model) await writeOfTransfer(tx, context, { transfer, ...model }, how, at);
}
