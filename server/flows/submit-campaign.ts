import type { Context } from '../context.ts';
import { type AccountId, asId, type CampaignId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import type { Actor } from '../kit/state-machine.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { demandFeaturable } from './feature-checks.ts';
import { judgeWords } from './judge-words.ts';

type Submission = { id: CampaignId; version: number };

/** An editor hands a draft to a second one; the creators of its models are asked. */
export async function submitCampaign(context: Context, actor_id: AccountId, { id, version }: Submission) {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.lockCampaign(tx, id)) ?? refuse('NOT_FOUND');
    await demandComplete(tx, campaign, at);
    for (const { model_id } of await campaigns.featuresOf(tx, [id]))
      await demandFeaturable(tx, { model_id, by_id: actor_id, at });
    await submit(tx, campaign, { id: actor_id, as: 'editor' }, at, version);
  });
  context.wake.send('news');
}

/**
 * The step itself, by an editor or for one that repeats: what creators answered before stays their answer, and of each
 * month they hear anew, with the time to say otherwise.
 */
export async function submit(
  tx: Tx,
  { id, series_no, written_by }: campaigns.Campaign,
  by: Actor & { id: AccountId | 'system' },
  at: Date,
  version?: number,
): Promise<void> {
  const submitted_by = by.id === 'system' ? {} : { submitted_by: by.id };
  await campaigns.moveCampaign(tx, 'submit', {
    ...{ id, by, at, set: submitted_by },
    ...(version === undefined ? {} : { version }),
  });
  const features = (await campaigns.featuresOf(tx, [id])).filter(({ answer }) => answer !== 'declined');
  const models = await registry.modelsByIds(
    tx,
    features.map(({ model_id }) => model_id),
  );
  const owners = new Map(models.map((model) => [model.id, asId<AccountId>(model.creator_id)]));
  const house = await identity.houseAccountsAmong(tx, [...owners.values()]);
  const told: AccountId[] = [];
  for (const feature of features) {
    const owner = present(owners.get(feature.model_id), `the owner of ${feature.model_id}`);
    const is_open = feature.answer === 'open';
    if (!house.has(owner) && (is_open || series_no > 0)) told.push(owner);
    if (house.has(owner) && is_open)
      await campaigns.answerFeature(tx, feature, { answer: 'accepted', answered_by: null, answered_at: at });
  }
  await offer(tx, id, told, by.id === 'system' ? written_by : by.id, at);
}

async function offer(
  tx: Tx,
  about: CampaignId,
  creators: readonly AccountId[],
  actor_id: AccountId,
  at: Date,
) {
  const told = [...new Set(creators)].map((person_id) => ({
    ...{ person_id, about, actor_id },
    kind: 'campaign_offer' as const,
  }));
  const heard = await marketplace.tellPeople(tx, told, at);
  if (heard.length > 0) await tell(tx, 'notifications.changed', { people: heard }, at);
}

/** Refuses what a second editor need not read: everything that is missing, at once. */
export async function demandComplete(tx: Tx, campaign: campaigns.Campaign, at: Date): Promise<void> {
  const features = await campaigns.featuresOf(tx, [campaign.id]);
  const issues = missingIn(campaign, features.length, at);
  if (issues.length > 0) refuse('CAMPAIGN_REFUSED', { issues });
  judgeWords([campaign.title, campaign.tagline, campaign.story].join('\n'));
}

function missingIn(campaign: campaigns.Campaign, models: number, at: Date) {
  const { tagline, story, starts_at, budget_micros, credits_micros, goal } = campaign;
  const when = (holds: boolean, path: string, message: string) => (holds ? [{ path, message }] : []);
  return [
    ...when(tagline === '', 'tagline', 'Say in one line what it is.'),
    ...when(story === '', 'story', 'Write what its page says.'),
    ...when(models === 0, 'models', 'Feature at least one model.'),
    ...when(starts_at <= at, 'starts_at', 'It has to begin later than now.'),
    ...when(
      credits_micros === 0n && budget_micros > 0n,
      'credits_micros',
      'Say what one person gets of the budget, or set no budget aside.',
    ),
    ...when(credits_micros > budget_micros, 'budget_micros', 'The budget does not reach for one person.'),
    ...when(goal.people < 1, 'goal', 'Say how many people it is to move.'),
  ];
}
