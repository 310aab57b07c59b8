import type { CampaignBanner, CampaignCard, CampaignPage } from '#api/campaigns/shapes.ts';
import { budgetOf, budgetOfCampaign } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId, CampaignId } from '../ids.ts';
import { DAY_MS, dayOf } from '../kit/clock.ts';
import { micros } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { PROMO_LIFE_DAYS } from '../offers.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { presentModels } from './models.ts';

const LISTED_MAX = 50;

/** Campaigns that run, without those that whoever looks is held out of. */
export async function campaignList(
  context: Context,
  { account }: Caller,
): Promise<{ items: CampaignCard[] }> {
  const { db } = context;
  const [running, without] = await Promise.all([
    campaigns.runningCampaigns(db, LISTED_MAX),
    account ? campaigns.heldOutOf(db, account.id) : new Set<string>(),
  ]);
  return {
    items: await presentCards(
      context,
      running.filter(({ id }) => !without.has(id)),
    ),
  };
}

async function presentCards(context: Context, shown: readonly campaigns.Campaign[]): Promise<CampaignCard[]> {
  const { db } = context;
  const features = await campaigns.featuresOf(
    db,
    shown.map(({ id }) => id),
  );
  const agreed = features.filter(({ answer }) => answer === 'accepted');
  const [rows, without] = await Promise.all([
    registry.modelsByIds(db, [...new Set(agreed.map(({ model_id }) => model_id))]),
    program.creatorsWithout(db, 'promote'),
  ]);
  const seen = rows.filter(
    ({ visibility, creator_id }) => visibility === 'listed' && !without.has(creator_id),
  );
  const cards = await presentModels(context, seen);
  const card = new Map(seen.map(({ id }, place) => [id, cards[place]]));
  return shown.map(({ id, slug, title, tagline, starts_at, ends_at, credits_micros }) => ({
    ...{ slug, title, tagline },
    starts_at: starts_at.toISOString(),
    ends_at: ends_at.toISOString(),
    credits_micros: micros(credits_micros),
    // what lost its last release has no page worth a visit
    models: agreed.flatMap(({ campaign_id, model_id }) => {
      const found = campaign_id === id ? card.get(model_id) : undefined;
      return found?.release_id ? [found] : [];
    }),
  }));
}

const PUBLIC: readonly campaigns.CampaignState[] = ['running', 'paused', 'ended', 'settled'];

/** The page of a campaign from its start on; to whoever is held out of it, there is none. */
export async function campaignPage(
  context: Context,
  { account }: Caller,
  slug: string,
): Promise<CampaignPage> {
  const { db } = context;
  const campaign = (await campaigns.campaignBySlug(db, slug)) ?? refuse('NOT_FOUND');
  if (!PUBLIC.includes(campaign.state) || campaign.started_at === null) refuse('NOT_FOUND');
  const place = account ? await campaigns.placeIn(db, campaign.id, account.id) : null;
  if (place?.held_out) refuse('NOT_FOUND');
  const [[card], credits] = await Promise.all([
    presentCards(context, [campaign]),
    creditsFor(context, campaign, account?.id ?? null),
  ]);
  const { story, state } = campaign;
  if (!card) refuse('NOT_FOUND');
  const left = await isLeft(context, campaign);
  const take_credits = mayTake(campaign, { account, place, left, credits });
  return { ...card, story, state, credits, can: { take_credits } };
}

async function creditsFor(
  { db }: Context,
  { id, credits_micros }: campaigns.Campaign,
  person_id: AccountId | null,
): Promise<CampaignPage['credits']> {
  if (credits_micros === 0n) return null;
  const got = person_id && (await campaigns.grantTo(db, id, person_id));
  return {
    amount_micros: micros(got ? got.amount_micros : credits_micros),
    got_at: got ? got.at.toISOString() : null,
    expires_at: got ? new Date(got.at.getTime() + PROMO_LIFE_DAYS * DAY_MS).toISOString() : null,
  };
}

async function isLeft({ db }: Context, { id, credits_micros }: campaigns.Campaign): Promise<boolean> {
  const budget = budgetOf(budgetOfCampaign(id));
  return (await ledger.balances(db, [budget]))(budget).available >= credits_micros;
}

type Looker = {
  account: Caller['account'];
  place: { held_out: boolean } | null;
  left: boolean;
  credits: CampaignPage['credits'];
};

function mayTake({ state }: campaigns.Campaign, { account, place, left, credits }: Looker) {
  if (!credits) return no('It gives no credits.');
  if (credits.got_at) return no('You have them.');
  if (state === 'paused') return no('It rests for the time being.');
  if (state !== 'running') return no('It is over.');
  if (!account) return no('Sign in first.');
  if (!place) return no('They are for the people that it was made for, which was decided before it began.');
  return left ? YES : no('All of its credits are given away.');
}

/** The campaign that may show itself to somebody today, if there is one. */
export async function campaignBanner(
  context: Context,
  person_id: AccountId,
): Promise<{ banner: CampaignBanner | null }> {
  const { db, clock } = context;
  const id = await bannerOf(context, person_id, dayOf(clock.now()));
  const campaign = id && (await campaigns.campaignById(db, id));
  if (!campaign) return { banner: null };
  const { slug, title, tagline, credits_micros, ends_at } = campaign;
  const why = `You are among the people it was made for. It shows itself on ${daysOf(campaign.banner_days_max)} at most; you can put it away, or switch campaigns off in your settings.`;
  return {
    banner: {
      slug,
      title,
      tagline,
      credits_micros: micros(credits_micros),
      ends_at: ends_at.toISOString(),
      why,
    },
  };
}

const daysOf = (days: number) => (days === 1 ? 'one day' : `${days} days`);

/** Whoever switched campaigns off sees none. */
async function bannerOf({ db }: Context, person_id: AccountId, day: string): Promise<CampaignId | null> {
  const off = await marketplace.notificationsOff(db, person_id);
  return off.includes('campaign') ? null : campaigns.bannerFor(db, person_id, day);
}
