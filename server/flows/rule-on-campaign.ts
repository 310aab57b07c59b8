import { randomBytes } from 'node:crypto';
import { budgetOf } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type CampaignId, type ModelId, newId, type SlotBookingId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import { setTimer } from '../kit/timers.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { audienceOf } from '../views/audience.ts';
import { demandFeaturable } from './feature-checks.ts';
import { campaignReserved } from './postings/index.ts';
import { setRepeatTimer } from './next-campaign.ts';
import { demandComplete } from './submit-campaign.ts';

type Ruling = { id: CampaignId; version: number; approved: boolean; reason: string };

/** A second editor approves a campaign, and everything it needs is set aside for it; or sends it back. */
export async function ruleOnCampaign(context: Context, actor_id: AccountId, ruling: Ruling): Promise<void> {
  const { id, version, approved, reason } = ruling;
  const at = context.clock.now();
  const by = { id: actor_id, as: 'editor' };
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.lockCampaign(tx, id)) ?? refuse('NOT_FOUND');
    const { state, written_by, submitted_by } = campaign;
    if (state === 'review' && [written_by, submitted_by].includes(actor_id)) refuse('SECOND_PERSON_NEEDED');
    if (!approved) {
      await campaigns.moveCampaign(tx, 'send_back', {
        id,
        by,
        at,
        version,
        reason,
        set: { submitted_by: null },
      });
      return;
    }
    if (campaign.state === 'review') {
      await demandComplete(tx, campaign, at);
      await demandAgreed(tx, campaign, actor_id, at);
    }
    const set = { approved_by: actor_id };
    await schedule(tx, campaign, { by, at, version, reason, set, book: bookAll });
  });
  context.wake.send('news');
}

/** Models of creators who have not answered yet can still join; what has places must have agreed. */
async function demandAgreed(
  tx: Tx,
  { id, slots }: campaigns.Campaign,
  by_id: AccountId,
  at: Date,
): Promise<void> {
  const features = await campaigns.featuresOf(tx, [id]);
  const accepted = features.filter(({ answer }) => answer === 'accepted');
  const agreed = new Set<string>(accepted.map(({ model_id }) => model_id));
  if (agreed.size === 0)
    refuse('CAMPAIGN_REFUSED', {
      issues: [{ path: 'models', message: 'No creator has agreed yet: there would be nothing to show.' }],
    });
  if (slots.some(({ model_id }) => !agreed.has(model_id)))
    refuse('CAMPAIGN_REFUSED', {
      issues: [{ path: 'slots', message: 'A place is for a model whose creator has not agreed.' }],
    });
  for (const { model_id } of accepted) await demandFeaturable(tx, { model_id, by_id, at });
}

type Step = {
  by: Actor;
  at: Date;
  version?: number;
  reason?: string;
  set?: { approved_by?: AccountId };
  /** Books its places; answers what could not be had, in words. */
  book: (tx: Tx, campaign: campaigns.Campaign, at: Date) => Promise<string[]>;
};

/**
 * Everything that a campaign needs, in one transaction: its state, its audience by a seed drawn now, its places, its
 * whole budget, its timers. What cannot be had refuses all of it.
 */
export async function schedule(tx: Tx, campaign: campaigns.Campaign, step: Step): Promise<void> {
  const { by, at, version, reason = '', set = {}, book } = step;
  const { id, starts_at, ends_at } = campaign;
  const seed = randomBytes(16).toString('hex');
  await campaigns.moveCampaign(tx, 'approve', {
    ...{ id, by, at, set: { ...set, seed, scheduled_at: at } },
    ...(version === undefined ? {} : { version }),
    reason: [reason, ...(await book(tx, campaign, at))].filter(Boolean).join(' '),
  });
  const but = await creatorsIn(tx, id);
  await campaigns.freeze(tx, campaign, seed, audienceOf(tx, campaign.audience, at, but));
  await setTimer(tx, { kind: campaigns.START_TIMER, subject_id: id, due_at: starts_at, at });
  await setTimer(tx, { kind: campaigns.END_TIMER, subject_id: id, due_at: ends_at, at });
  if (campaign.repeats !== 'no') await setRepeatTimer(tx, campaign, at);
  await reserve(tx, campaign, at);
}

/** Whose models it features knows of it, and cannot be one who was never told. */
async function creatorsIn(tx: Tx, id: CampaignId): Promise<Set<string>> {
  const features = await campaigns.featuresOf(tx, [id]);
  const models = await registry.modelsByIds(
    tx,
    features.map(({ model_id }) => model_id),
  );
  return new Set(models.map(({ creator_id }) => creator_id));
}

async function reserve(tx: Tx, { id, title, budget_micros }: campaigns.Campaign, at: Date): Promise<void> {
  if (budget_micros === 0n) return;
  try {
    await ledger.post(tx, campaignReserved(id, budget_micros, title), at);
  } catch (error) {
    if (error instanceof ledger.Overdrawn) refuse('BUDGET_EXHAUSTED');
    throw error;
  }
}

/** Whether the budget of all campaigns has what one asks for; it may not have it any more when that is reserved. */
export async function canBeReserved(tx: Tx, { budget_micros }: campaigns.Campaign): Promise<boolean> {
  const budget = budgetOf('campaigns');
  return (await ledger.balances(tx, [budget]))(budget).available >= budget_micros;
}

async function bookAll(tx: Tx, campaign: campaigns.Campaign, at: Date): Promise<string[]> {
  for (const slot of campaign.slots) await bookOne(tx, campaign, slot, at);
  return [];
}

/** Books what is free, for one that goes on by itself; a booking that is refused has written nothing. */
export async function bookWhatIsFree(tx: Tx, campaign: campaigns.Campaign, at: Date): Promise<string[]> {
  const features = await campaigns.featuresOf(tx, [campaign.id]);
  const without: string[] = [];
  for (const slot of campaign.slots) {
    const agreed = features.some(
      ({ model_id, answer }) => model_id === slot.model_id && answer === 'accepted',
    );
    const refused = agreed
      ? await bookOne(tx, campaign, slot, at).then(
          () => null,
          (error: unknown) => (error instanceof Refusal ? error.message : Promise.reject(error)),
        )
      : 'Its creator has not agreed.';
    if (refused !== null) without.push(`Without ${slot.surface} ${slot.position}: ${refused}`);
  }
  return without;
}

const bookOne = (
  tx: Tx,
  { id, title, starts_at, ends_at, submitted_by }: campaigns.Campaign,
  { surface, position, model_id }: campaigns.WantedSlot,
  at: Date,
) =>
  marketplace.bookSlot(tx, {
    ...{ id: newId<SlotBookingId>(at), surface, position, from_at: starts_at, until_at: ends_at },
    ...{ model_id: asId<ModelId>(model_id), kind: 'campaign', campaign_id: id },
    ...{ reason: `Part of the campaign “${title}”.`, booked_by: submitted_by, booked_at: at },
  });
