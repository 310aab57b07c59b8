import type { CampaignPlan } from '#api/campaigns/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type CampaignId, type ModelId, newId } from '../ids.ts';
import { DAY_MS, startOfDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { credits } from '../kit/money.ts';
import { actsFrom, StepRefused } from '../kit/state-machine.ts';
import { audit } from '../kit/audit.ts';
import { dropTimer } from '../kit/timers.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { demandFeaturable } from './feature-checks.ts';
import { setRepeatTimer } from './next-campaign.ts';

const editor = (id: AccountId) => ({ id, as: 'editor' });

/** An editor begins a campaign: a draft that says nothing yet but its name, and begins in two weeks. */
export async function beginCampaign(
  context: Context,
  actor_id: AccountId,
  title: string,
): Promise<CampaignId> {
  const at = context.clock.now();
  const id = newId<CampaignId>(at);
  const starts_at = new Date(startOfDay(at).getTime() + 14 * DAY_MS);
  await context.database.inTransaction(async (tx) =>
    campaigns.beginCampaign(
      tx,
      {
        ...{ id, series_id: id, series_no: 0, series_starts_at: starts_at, written_by: actor_id },
        ...{ slug: await freeSlug(tx, title), title, tagline: '', story: '' },
        goal: { kind: 'generate', people: 100 },
        ...{ starts_at, ends_at: new Date(starts_at.getTime() + 14 * DAY_MS) },
        ...{ budget_micros: credits(0), credits_micros: credits(0), audience: [], slots: [] },
        ...{ holdout_ppm: 100_000, banner_days_max: 3, repeats: 'no' },
      },
      editor(actor_id),
      at,
    ),
  );
  return id;
}

/** An address made of the title; of two of one title the second is numbered. */
async function freeSlug(tx: Tx, title: string): Promise<string> {
  const plain = title.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const base =
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 50)
      .replace(/^-+|-+$/g, '') || 'campaign';
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!(await campaigns.slugIsTaken(tx, slug))) return slug;
  }
}

type Write = { id: CampaignId; version: number; plan: CampaignPlan };

/** An editor writes the plan of a draft anew. */
export async function writeCampaign(context: Context, actor_id: AccountId, { id, version, plan }: Write) {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.lockCampaign(tx, id)) ?? refuse('NOT_FOUND');
    if (campaign.state !== 'draft') refuseState(campaign, 'submit');
    if (campaign.version !== version)
      throw new StepRefused({ code: 'STATE_CHANGED', version: campaign.version });
    const models = await modelsOf(tx, plan);
    for (const model_id of models.values()) await demandFeaturable(tx, { model_id, by_id: actor_id, at });
    await demandKnownHandles(tx, plan);
    await campaigns.writePlan(tx, campaign, planOf(plan, models)).catch(refuseSecondAddress);
    await campaigns.beginSeriesAt(tx, id, new Date(plan.starts_at));
    await campaigns.putFeatures(tx, id, [...models.values()]);
    await audit(tx, {
      at,
      actor: actor_id,
      act: 'campaign.write',
      subject: id,
      detail: { title: plan.title },
    });
  });
}

const refuseState = ({ state }: campaigns.Campaign, act: campaigns.CampaignAct): never => {
  throw new StepRefused({
    ...{ code: 'NOT_NOW', state, act },
    possible: actsFrom(campaigns.campaignMachine, state, 'editor'),
  });
};

const issue = (path: string, message: string): never =>
  refuse('CAMPAIGN_REFUSED', { issues: [{ path, message }] });

/** The models that a plan names, by slug, in its order. */
async function modelsOf(tx: Tx, { models, slots, starts_at, ends_at }: CampaignPlan) {
  if (new Date(starts_at) >= new Date(ends_at)) issue('ends_at', 'It has to end after it starts.');
  const found = new Map<string, ModelId>();
  for (const slug of models) {
    const model = await registry.modelBySlug(tx, slug);
    found.set(slug, model ? asId(model.id) : issue('models', `There is no model “${slug}”.`));
  }
  for (const { model } of slots)
    if (!found.has(model))
      issue('slots', `“${model}” stands in a place and is not among the featured models.`);
  const places = new Set(slots.map(({ surface, position }) => `${surface} ${position}`));
  if (places.size < slots.length) issue('slots', 'One place is named twice.');
  return found;
}

async function demandKnownHandles(tx: Tx, { audience }: CampaignPlan) {
  for (const condition of audience)
    if (condition.kind === 'follows' && !(await identity.accountByHandle(tx, condition.handle)))
      issue('audience', `Nobody goes by @${condition.handle}.`);
}

function planOf(plan: CampaignPlan, models: ReadonlyMap<string, ModelId>): campaigns.Plan {
  const { slots, starts_at, ends_at, budget_micros, credits_micros, models: _, ...rest } = plan;
  return {
    ...rest,
    ...{ starts_at: new Date(starts_at), ends_at: new Date(ends_at) },
    ...{ budget_micros: BigInt(budget_micros), credits_micros: BigInt(credits_micros) },
    slots: slots.map(({ model, ...place }) => ({ ...place, model_id: models.get(model) ?? '' })),
  };
}

function refuseSecondAddress(error: unknown): Promise<never> {
  const second = error instanceof Error && 'constraint' in error && error.constraint === 'campaign_address';
  return second ? refuse('CAMPAIGN_ADDRESS_TAKEN') : Promise.reject(error);
}

const WEAKER: Record<CampaignPlan['repeats'], readonly CampaignPlan['repeats'][]> = {
  scheduled: ['draft', 'no'],
  draft: ['no'],
  no: ['draft'],
};

/** Whether next month’s is made of it. What happens by itself was approved with the plan, and can only be taken back. */
export async function letRepeat(
  context: Context,
  actor_id: AccountId,
  { id, repeats }: { id: CampaignId; repeats: CampaignPlan['repeats'] },
) {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.lockCampaign(tx, id)) ?? refuse('NOT_FOUND');
    if (!campaigns.mayChangeRepeat(campaign)) refuseState(campaign, 'end');
    if (repeats === campaign.repeats) return;
    if (!WEAKER[campaign.repeats].includes(repeats))
      refuse('NOT_ALLOWED', {
        why: 'That next month’s is scheduled by itself has to be approved with the plan.',
      });
    await campaigns.changeRepeat(tx, id, repeats);
    if (repeats === 'no') await dropTimer(tx, { kind: campaigns.REPEAT_TIMER, subject_id: id, at });
    else await setRepeatTimer(tx, campaign, at);
    await audit(tx, { at, actor: actor_id, act: 'campaign.repeat', subject: id, detail: { repeats } });
  });
}
