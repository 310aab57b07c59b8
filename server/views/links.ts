import type { ReferralLink } from '#api/referrals/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { REFERRAL } from '../offers.ts';
import { no, YES } from './can.ts';

/** Where a link leads whose destination is gone. */
export const NOWHERE = '/explore';
/** Links of one account that count at the same time. */
export const LINKS_MAX = 100;
/** All that one account ever makes: those that ended stay, and lead on. */
export const LINKS_MADE_MAX = 300;

type Place = NonNullable<ReferralLink['leads_to']>;

/** What destinations are called and where they are found; of what is gone, nothing. */
export async function leadsTo(
  db: Db,
  destinations: readonly campaigns.Destination[],
): Promise<(destination: campaigns.Destination) => Place | null> {
  const of = (kind: campaigns.Destination['kind']) =>
    destinations.flatMap((one) => (one.kind === kind ? one.subject_id : []));
  const [models, creators, creations, running] = await Promise.all([
    registry.modelsByIds(db, of('model')),
    identity.accountsByIds(
      db,
      of('creator').map((id) => asId<AccountId>(id)),
    ),
    marketplace.creationsByIds(
      db,
      of('asset').map((id) => asId<AssetId>(id)),
    ),
    campaigns.campaignNames(db, of('campaign')),
  ]);
  const places = new Map<string, Place>();
  for (const { id, title, slug } of models) places.set(id, { kind: 'model', title, path: `/models/${slug}` });
  for (const [id, { handle, display_name }] of creators)
    places.set(id, { kind: 'creator', title: display_name, path: `/creators/${handle}` });
  for (const { asset_id, title, withdrawn_at, hidden_at } of creations)
    if (!withdrawn_at && !hidden_at)
      places.set(asset_id, { kind: 'asset', title, path: `/assets/${asset_id}` });
  for (const [id, { slug, title }] of running)
    places.set(id, { kind: 'campaign', title, path: `/campaigns/${slug}` });
  return ({ subject_id }) => places.get(subject_id) ?? null;
}

export const referralRules = () => {
  const { part_ppm, window_days, settles_days } = REFERRAL;
  return { part_ppm, window_days, settles_days, links_max: LINKS_MAX };
};

/** Somebody's links with what came of each. */
export async function linkList(context: Context, owner_id: AccountId) {
  const links = await campaigns.linksOf(context.db, owner_id, LINKS_MADE_MAX);
  const open = links.filter(({ ended_at }) => ended_at === null).length;
  return {
    items: await presentLinks(context, links),
    rules: referralRules(),
    can: { make: mayMake({ made: links.length, open }) },
  };
}

function mayMake({ made, open }: { made: number; open: number }) {
  if (made >= LINKS_MADE_MAX)
    return no('You have made as many links as one account may. Lead one of them elsewhere.');
  return open < LINKS_MAX ? YES : no('You have as many links as one account may. End one first.');
}

export async function linkFor(context: Context, owner_id: AccountId, code: string): Promise<ReferralLink> {
  const link = present(await campaigns.linkByCode(context.db, code), `the link ${code} of ${owner_id}`);
  return present((await presentLinks(context, [link]))[0], 'a link as it is shown');
}

async function presentLinks(
  { db, origins }: Context,
  links: readonly campaigns.Link[],
): Promise<ReferralLink[]> {
  const [place, figures] = await Promise.all([
    leadsTo(
      db,
      links.map(({ destination }) => destination),
    ),
    campaigns.figuresOf(
      db,
      links.map(({ id }) => id),
    ),
  ]);
  return links.map(({ id, code, label, made_at, ended_at, version, destination }) => {
    const figure = present(figures.get(id), `the figures of ${code}`);
    const over = ended_at ? no('This link has ended.') : YES;
    return {
      ...{ code, label, version },
      url: `${origins.public}/r/${code}`,
      made_at: made_at.toISOString(),
      ended_at: ended_at?.toISOString() ?? null,
      leads_to: place(destination),
      ...figure,
      pending_micros: micros(figure.pending_micros),
      settled_micros: micros(figure.settled_micros),
      reversed_micros: micros(figure.reversed_micros),
      can: { change: over, end: over },
    };
  });
}
