import { budgetOf, budgetOfCampaign } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type CampaignId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { campaignReturned } from './postings/index.ts';

const TIMER = { id: 'system', as: 'timer' };

/** Its time has come. */
export async function startCampaign(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const id = asId<CampaignId>(subject_id);
  await campaigns.moveCampaign(tx, 'start', { id, by: TIMER, at, set: { started_at: at } });
}

/** Its time is over. */
export async function endCampaign(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  await end(tx, { id: asId(subject_id), act: 'end', by: TIMER, at: context.clock.now() });
}

type Paused = { id: CampaignId; version: number; paused: boolean; reason: string };

/** An editor lets it rest, or go on. */
export async function pauseCampaign(context: Context, actor_id: AccountId, { paused, ...step }: Paused) {
  const at = context.clock.now();
  await context.database.inTransaction((tx) =>
    campaigns.moveCampaign(tx, paused ? 'pause' : 'resume', {
      ...step,
      by: { id: actor_id, as: 'editor' },
      at,
    }),
  );
  context.wake.send('news');
}

type Ended = { id: CampaignId; version: number; reason: string };

/** An editor ends it before its time, or calls it off before it begins. */
export async function endEarly(context: Context, actor_id: AccountId, { id, version, reason }: Ended) {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.lockCampaign(tx, id)) ?? refuse('NOT_FOUND');
    const act = campaign.started_at === null ? 'call_off' : 'end';
    await end(tx, { id, act, by: { id: actor_id, as: 'editor' }, at, version, reason });
    if (act === 'call_off') await dropTimer(tx, { kind: campaigns.REPEAT_TIMER, subject_id: id, at });
  });
  context.wake.send('news');
}

type End = {
  id: CampaignId;
  act: 'end' | 'call_off';
  by: Actor;
  at: Date;
  version?: number;
  reason?: string;
};

async function end(tx: Tx, { id, act, by, at, version, reason }: End): Promise<void> {
  await campaigns.moveCampaign(tx, act, {
    ...{ id, by, at, set: { ended_at: at } },
    ...(version === undefined ? {} : { version }),
    ...(reason === undefined ? {} : { reason }),
  });
  await marketplace.releaseSlots(tx, { campaign_id: id }, at);
  for (const kind of [campaigns.START_TIMER, campaigns.END_TIMER])
    await dropTimer(tx, { kind, subject_id: id, at });
  const waits_days = act === 'end' ? campaigns.SETTLES_AFTER_DAYS : 0;
  const due_at = new Date(at.getTime() + waits_days * DAY_MS);
  await setTimer(tx, { kind: campaigns.SETTLE_TIMER, subject_id: id, due_at, at });
}

/**
 * What is left of the budget goes back. Nobody posts meanwhile, so that whatever comes back of its grants later finds it
 * settled, and goes to the budget of all campaigns.
 */
export async function settleCampaign(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const id = asId<CampaignId>(subject_id);
  const campaign = await campaigns.lockCampaign(tx, id);
  if (campaign?.state !== 'ended') return;
  await ledger.lock(tx);
  const budget = budgetOf(budgetOfCampaign(id));
  const left = (await ledger.balances(tx, [budget]))(budget).available;
  await campaigns.moveCampaign(tx, 'settle', {
    id,
    by: TIMER,
    at,
    set: { settled_at: at, returned_micros: left },
  });
  if (left > 0n) await ledger.post(tx, campaignReturned(id, left, campaign.title), at);
}
