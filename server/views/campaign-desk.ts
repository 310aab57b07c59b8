import type { CampaignFile, CampaignHead, CampaignLift, CampaignPlan } from '#api/campaigns/shapes.ts';
import { budgetOf, budgetOfCampaign } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId, CampaignId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import { actsFrom, stepsOf } from '../kit/state-machine.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

const SHOWN = {
  open: ['draft', 'review', 'scheduled', 'running', 'paused'],
  over: ['ended', 'settled'],
} as const;

type Query = { show: 'open' | 'over'; limit: number; cursor?: string | undefined };

/** All campaigns for editors, the one that begins last first. */
export async function campaignDesk(context: Context, viewer: AccountId, { show, limit, cursor }: Query) {
  const list = `campaigns ${show} ${viewer}`;
  const rows = await campaigns.campaignsPage(context.db, {
    states: SHOWN[show],
    after: rowOf(placeOf(context, list, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ starts_at, id }) => [
    starts_at.toISOString(),
    id,
  ]);
  const numbers = await campaigns.numbersOf(
    context.db,
    shown.map(({ id }) => id),
  );
  return { items: shown.map((campaign) => headOf(campaign, numbers.get(campaign.id))), next_cursor };
}

const headOf = (campaign: campaigns.Campaign, numbers: campaigns.Numbers | undefined): CampaignHead => {
  const { id, slug, title, state, goal, repeats, starts_at, ends_at, budget_micros, scheduled_at } = campaign;
  const { shown, held_out, granted_micros = 0n } = numbers ?? {};
  return {
    ...{ id, slug, title, state, goal, repeats },
    starts_at: starts_at.toISOString(),
    ends_at: ends_at.toISOString(),
    reached_people: shown?.converted ?? 0,
    audience_people: scheduled_at && shown && held_out ? shown.people + held_out.people : null,
    budget_micros: micros(budget_micros),
    given_micros: micros(granted_micros),
  };
};

/** Everything about one campaign, for an editor. */
export async function campaignFile(
  context: Context,
  viewer: AccountId,
  id: CampaignId,
): Promise<CampaignFile> {
  const { db } = context;
  const campaign = (await campaigns.campaignById(db, id)) ?? refuse('NOT_FOUND');
  const [features, numbers, series, steps, places] = await Promise.all([
    campaigns.featuresOf(db, [id]),
    campaigns.numbersOf(db, [id]),
    campaigns.seriesOf(db, campaign.series_id),
    stepsOf(db, campaigns.campaignMachine, id),
    marketplace.countsOfCampaign(db, id),
  ]);
  const models = await registry.modelsByIds(
    db,
    features.map(({ model_id }) => model_id),
  );
  const found = new Map<string, (typeof models)[number]>(models.map((model) => [model.id, model]));
  const modelOf = (model_id: string) => present(found.get(model_id), `the model ${model_id}`);
  const person = await people(db, [
    campaign.written_by,
    ...models.map(({ creator_id }) => creator_id),
    ...steps.map(({ actor }) => actor).filter((actor) => actor !== 'system'),
  ]);
  const counted = campaign.scheduled_at ? (numbers.get(id) ?? null) : null;
  return {
    ...{ id, state: campaign.state, version: campaign.version },
    says: campaigns.campaignMachine.states[campaign.state],
    plan: planOf(campaign, features, (model_id) => modelOf(model_id).slug),
    written_by: person(campaign.written_by),
    features: features.map(({ model_id, answer, answered_at }) => {
      const { slug, title, creator_id } = modelOf(model_id);
      return {
        model: { slug, title },
        creator: person(creator_id),
        answer,
        answered_at: answered_at?.toISOString() ?? null,
      };
    }),
    numbers: counted && { ...numbersSaid(counted), places },
    budget: await budgetSaid(db, campaign, numbers.get(id)),
    links: await linksSaid(db, id),
    lift: campaign.started_at && counted ? presentLift(counted) : null,
    series: series.flatMap(({ id: other, title, starts_at, state }) =>
      other === id ? [] : [{ id: other, title, starts_at: starts_at.toISOString(), state }],
    ),
    steps: steps.map(({ act, to_state, at, actor, capacity, detail }) => ({
      act,
      to: campaigns.stateOf(to_state),
      at: at.toISOString(),
      by: capacity === 'timer' ? null : person(actor),
      reason: reasonIn(detail),
    })),
    can: may(campaign, viewer),
  };
}

function reasonIn(detail: unknown): string | null {
  const reason = detail && typeof detail === 'object' && 'reason' in detail ? detail.reason : null;
  return typeof reason === 'string' && reason !== '' ? reason : null;
}

const planOf = (
  campaign: campaigns.Campaign,
  features: readonly campaigns.Feature[],
  slugOf: (model_id: string) => string,
): CampaignPlan => {
  const { slug, title, tagline, story, goal, audience, holdout_ppm, banner_days_max, repeats } = campaign;
  return {
    ...{ slug, title, tagline, story, goal, audience, holdout_ppm, banner_days_max, repeats },
    starts_at: campaign.starts_at.toISOString(),
    ends_at: campaign.ends_at.toISOString(),
    budget_micros: micros(campaign.budget_micros),
    credits_micros: micros(campaign.credits_micros),
    models: features.map(({ model_id }) => slugOf(model_id)),
    slots: campaign.slots.flatMap(({ surface, position, model_id }) =>
      features.some((one) => one.model_id === model_id)
        ? [{ surface, position, model: slugOf(model_id) }]
        : [],
    ),
  };
};

const numbersSaid = ({ shown, held_out, told_people, banner_people, granted_people }: campaigns.Numbers) => ({
  audience_people: shown.people + held_out.people,
  held_out_people: held_out.people,
  ...{ told_people, banner_people, granted_people },
});

async function budgetSaid(db: Db, campaign: campaigns.Campaign, numbers: campaigns.Numbers | undefined) {
  const own = budgetOf(budgetOfCampaign(campaign.id));
  const all = budgetOf('campaigns');
  const balance = await ledger.balances(db, [own, all]);
  return {
    reserved_micros: micros(campaign.scheduled_at ? campaign.budget_micros : 0n),
    given_micros: micros(numbers?.granted_micros ?? 0n),
    left_micros: micros(balance(own).available),
    returned_micros: campaign.returned_micros === null ? null : micros(campaign.returned_micros),
    free_micros: micros(balance(all).available),
  };
}

async function linksSaid(db: Db, id: CampaignId): Promise<CampaignFile['links']> {
  const links = await campaigns.linksTo(db, id);
  const figures = [...(await campaigns.figuresOf(db, links)).values()];
  const total = (of: 'clicks' | 'sign_ups' | 'purchases') =>
    figures.reduce((so_far, figure) => so_far + figure[of], 0);
  return {
    links: links.length,
    clicks: total('clicks'),
    sign_ups: total('sign_ups'),
    purchases: total('purchases'),
  };
}

const ppm = (part: number) => Math.round(part * 1e6);
const rated = ({ people: of, converted }: campaigns.Group) => ({
  people: of,
  converted,
  rate_ppm: of === 0 ? 0 : ppm(converted / of),
});

const SAYS: Record<CampaignLift['verdict'], string> = {
  no_holdout: 'Nobody was held out, so there is nothing to compare with.',
  too_few: 'Too few to tell: both groups need 30 people, and 5 who did it and 5 who did not.',
  may_be_chance: 'The difference may be chance: zero lies within its range.',
  more: 'More did it than would have without the campaign.',
  fewer: 'Fewer did it than would have without the campaign.',
};

function presentLift({ shown, held_out }: campaigns.Numbers): CampaignLift {
  const { verdict, difference, low, high } = campaigns.liftOf(shown, held_out);
  const part = (of: number | null) => (of === null ? null : ppm(of));
  return {
    ...{ shown: rated(shown), held_out: rated(held_out), verdict, says: SAYS[verdict] },
    ...{ difference_ppm: part(difference), low_ppm: part(low), high_ppm: part(high) },
  };
}

function may(campaign: campaigns.Campaign, viewer: AccountId): CampaignFile['can'] {
  const { state, submitted_by } = campaign;
  const acts = actsFrom(campaigns.campaignMachine, state, 'editor');
  const can = (act: campaigns.CampaignAct, why = 'Not in the state that it is in.') =>
    acts.includes(act) ? YES : no(why);
  const second = (act: campaigns.CampaignAct) =>
    acts.includes(act) && submitted_by === viewer
      ? no('You submitted it: somebody else has to decide.')
      : can(act);
  return {
    edit: can('submit', 'Only a draft can be written on. A second editor can send it back.'),
    submit: can('submit'),
    approve: second('approve'),
    send_back: second('send_back'),
    pause: can('pause'),
    resume: can('resume'),
    end: can('end'),
    call_off: can('call_off'),
    change_repeat: campaigns.mayChangeRepeat(campaign) ? YES : no('Only of one that is on its way.'),
  };
}
