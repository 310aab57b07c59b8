import type { CampaignPlan } from '#api/campaigns/shapes.ts';
import type { Context } from '../context.ts';
import { answerCampaignOffer } from '../flows/answer-campaign-offer.ts';
import { giveCampaignCredits } from '../flows/give-campaign-credits.ts';
import { ruleOnCampaign } from '../flows/rule-on-campaign.ts';
import { submitCampaign } from '../flows/submit-campaign.ts';
import { tellCampaigns } from '../flows/tell-campaigns.ts';
import { beginCampaign, writeCampaign } from '../flows/write-campaign.ts';
import { type AccountId, asId, type CampaignId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import { credits, micros } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { Refusal } from '../refuse.ts';

const EDITOR = 'editor@demo.example';
const SECOND_EDITOR = 'editor-2@demo.example';

type Span = { from: Date; to: Date };

/** One campaign that is over by the end of the month, and one that runs then. */
const PLANS: readonly {
  days: [number, number];
  plan: Partial<CampaignPlan> & Pick<CampaignPlan, 'slug' | 'title'>;
}[] = [
  {
    days: [3, 12],
    plan: {
      slug: 'first-frost',
      title: 'First frost',
      tagline: 'Landscapes that turn white overnight.',
      story:
        '## A week of cold light\nFog, frost and the first snow. Take ten credits and see what **Horizon** makes of it.',
      goal: { kind: 'generate', people: 4 },
      models: ['horizon'],
    },
  },
  {
    days: [22, 45],
    plan: {
      slug: 'sound-and-motion',
      title: 'Sound and motion',
      tagline: 'Music and video, for whoever has only made pictures so far.',
      story:
        '## Let it move\nThe models of this campaign make music and video. Ten credits are enough to try each of them.\n\n- Start with a prompt of a picture that you liked.\n- Keep the seed, and change one word.',
      goal: { kind: 'return', people: 6 },
      models: ['drift-motion', 'chamber'],
      repeats: 'draft',
    },
  },
];

/** Editors plan the campaigns of the month, creators agree, and a second editor approves. */
export async function planCampaigns(context: Context, { from }: Span): Promise<void> {
  const [editor, second] = await Promise.all([EDITOR, SECOND_EDITOR].map((email) => idOf(context, email)));
  for (const { days, plan } of PLANS) {
    const dates = days.map((day) => new Date(from.getTime() + day * DAY_MS).toISOString());
    const id = await beginCampaign(context, present(editor, EDITOR), plan.title);
    await writeCampaign(context, present(editor, EDITOR), {
      ...(await seen(context, id)),
      plan: whole(plan, dates),
    });
    await submitCampaign(context, present(editor, EDITOR), await seen(context, id));
    await agree(context, id);
    const reason = 'It says what it is, and the budget is small.';
    await ruleOnCampaign(context, present(second, SECOND_EDITOR), {
      ...(await seen(context, id)),
      approved: true,
      reason,
    });
  }
}

const whole = (
  plan: (typeof PLANS)[number]['plan'],
  [starts_at = '', ends_at = '']: readonly string[],
): CampaignPlan => ({
  ...{ tagline: '', story: '', goal: { kind: 'generate', people: 5 }, models: [], slots: [], repeats: 'no' },
  ...{ budget_micros: micros(credits(200)), credits_micros: micros(credits(10)), audience: [] },
  ...{ holdout_ppm: 200_000, banner_days_max: 5, starts_at, ends_at },
  ...plan,
});

async function seen({ db }: Context, id: CampaignId) {
  const { version } = present(await campaigns.campaignById(db, id), `the campaign ${id}`);
  return { id, version };
}

async function agree(context: Context, id: CampaignId): Promise<void> {
  const features = await campaigns.featuresOf(context.db, [id]);
  const open = features.filter(({ answer }) => answer === 'open').map(({ model_id }) => model_id);
  for (const { slug, creator_id } of await registry.modelsByIds(context.db, open))
    await answerCampaignOffer(context, asId<AccountId>(creator_id), { id, model: slug, accepted: true });
}

const idOf = async ({ db }: Context, email: string): Promise<AccountId> =>
  present(await identity.accountByEmail(db, email), email).id;

/** Those of some people whom what runs is for are told of it, and take what it gives. */
export async function takePart(context: Context, people: readonly AccountId[]): Promise<void> {
  while ((await tellCampaigns(context)) > 0);
  for (const { slug } of await campaigns.runningCampaigns(context.db, PLANS.length))
    for (const person_id of people)
      await giveCampaignCredits(context, person_id, slug).catch((error: unknown) => {
        // who is held out has nothing to take
        if (!(error instanceof Refusal)) throw error;
      });
}
