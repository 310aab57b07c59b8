import type { Featured } from '#api/slots/shapes.ts';
import { slotLabel, whyFeatured } from '#api/slots/slot-words.ts';
import { type SlotKind, type Surface, SURFACES } from '#api/slots/surfaces.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import { shortly } from '../kit/shortly.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { presentModels } from './models.ts';
import { turnsOfDay } from './turns-of-day.ts';
import { whyNotFeature } from './why-not-feature.ts';

/** What a token that is shown with a card is sealed for. */
export const SLOT_SEAL = 'featured';

/**
 * What stands in the places of a surface now, for who is not held out of the campaigns there. Where somebody stands whom
 * the one who looks blocked or muted, the next steps in for them.
 */
export async function featured(
  context: Context,
  viewer_id: AccountId | null,
  { surface, beside }: { surface: Surface; beside?: string | undefined },
): Promise<Featured[]> {
  const at = context.clock.now();
  const unseen = (await marketplace.unseenBy(context.db, viewer_id)).toSorted();
  if (surface === 'competitions') return takingPart(context, unseen, at);
  const [plan, bookings] = await Promise.all([
    planOf(context, at),
    marketplace.bookingsBetween(context.db, at, new Date(at.getTime() + 1)),
  ]);
  const booked = await thoseShownTo(
    context,
    viewer_id,
    bookings.filter((booking) => booking.surface === surface),
  );
  const of_booked = booked.map(({ id, version }) => `${id} ${version}`);
  const key = [surface, beside, plan.key, ...of_booked, ...unseen].join(' ');
  return cardsOf(context, key, () => showing(context, { surface, beside, booked, unseen, plan, at }));
}

/** Models in rounds which run, in turn; whoever left the round since the day began gives their place to the next. */
async function takingPart(context: Context, unseen: readonly AccountId[], at: Date): Promise<Featured[]> {
  const day = dayOf(at);
  const { rotation, quota, entered } = await turnsOfDay(context, day);
  const turns = entered.turns[at.getUTCHours()] ?? [];
  const key = ['competitions', rotation?.day, day, at.getUTCHours(), ...unseen].join(' ');
  return cardsOf(context, key, async () => {
    const ids = entered.order.map(({ model_id }) => asId<ModelId>(model_id));
    const [parts, why_not, unwanted] = await Promise.all([
      competitions.modelsTakingPart(context.db),
      whyNotFeature(context.db, ids, at),
      madeBy(context.db, unseen, ids),
    ]);
    const roundOf = new Map<string, string>(parts.map(({ model_id, title }) => [model_id, title]));
    const places = marketplace.filled<marketplace.Booking>(marketplace.ENTERED_PLACES, {
      ...{ bookings: [], turns, order: entered.order },
      may: (id) => roundOf.has(id) && !why_not.has(asId<ModelId>(id)) && !unwanted.has(id),
    });
    return present(context, places, { quota, at, roundOf });
  });
}

/**
 * A campaign shows nothing but while it runs. Whoever it holds out, to measure what it does, sees what would stand there
 * without it.
 */
async function thoseShownTo(
  { db }: Context,
  viewer_id: AccountId | null,
  booked: marketplace.Booking[],
): Promise<marketplace.Booking[]> {
  const ids = booked.flatMap(({ campaign_id }) => campaign_id ?? []);
  if (ids.length === 0) return booked;
  const [names, held_out] = await Promise.all([
    campaigns.campaignNames(db, ids),
    viewer_id ? campaigns.heldOutOf(db, viewer_id) : new Set<string>(),
  ]);
  return booked.filter(
    ({ campaign_id }) =>
      campaign_id === null || (names.get(campaign_id)?.state === 'running' && !held_out.has(campaign_id)),
  );
}

/** Everybody who comes within these seconds sees the same cards, made once. */
const SAME_MS = 3_000;
const cardsOf = shortly<Context, Featured[]>(SAME_MS);

type Showing = {
  surface: Surface;
  beside: string | undefined;
  booked: marketplace.Booking[];
  unseen: readonly AccountId[];
  plan: Plan;
  at: Date;
};

async function showing(
  context: Context,
  { surface, beside, booked, unseen, plan, at }: Showing,
): Promise<Featured[]> {
  const { db } = context;
  const here = <Row extends { surface: Surface }>(rows: readonly Row[]) =>
    rows.filter((row) => row.surface === surface);
  const turns = here(plan.turns);
  const asked = [
    ...new Set([...[...booked, ...turns].map(({ model_id }) => model_id), ...standby(plan.order, surface)]),
  ].map((id) => asId<ModelId>(id));
  const [why_not, unwanted, itself] = await Promise.all([
    whyNotFeature(db, asked, at),
    madeBy(db, unseen, asked),
    beside === undefined ? undefined : registry.modelBySlug(db, beside),
  ]);
  const places = marketplace.filled(here(marketplace.PLACES), {
    bookings: booked,
    turns,
    order: plan.order.filter(({ model_id }) => asked.includes(asId<ModelId>(model_id))),
    may: (model_id) => model_id !== itself?.id && !why_not.has(model_id) && !unwanted.has(model_id),
  });
  return present(context, places, { quota: plan.quota, at });
}

/** Those of these models that are by one of these people. */
async function madeBy(
  db: Db,
  people: readonly AccountId[],
  ids: readonly ModelId[],
): Promise<ReadonlySet<string>> {
  if (people.length === 0) return new Set();
  const creators = new Set<string>(people);
  const models = await registry.modelsByIds(db, ids);
  return new Set(models.filter(({ creator_id }) => creators.has(creator_id)).map(({ id }) => id));
}

/** Who steps in where somebody whose turn it is may not be shown: some more than there are places. */
const standby = (order: readonly marketplace.Candidate[], surface: Surface): string[] => {
  const { modality, positions } = SURFACES[surface];
  return order
    .filter((candidate) => modality === null || candidate.modality === modality)
    .slice(0, positions * 3)
    .map(({ model_id }) => model_id);
};

type Plan = {
  key: string;
  turns: marketplace.Turn[];
  order: marketplace.Candidate[];
  quota: marketplace.Quota;
};

/** The turns of this hour. */
async function planOf(context: Context, at: Date): Promise<Plan> {
  const day = dayOf(at);
  const hour = at.getUTCHours();
  const { rotation, quota, order, turns } = await turnsOfDay(context, day);
  return { key: `${rotation?.day} ${day} ${hour}`, turns: turns[hour] ?? [], order, quota };
}

async function present(
  context: Context,
  places: readonly marketplace.Filled<marketplace.Booking>[],
  { quota, at, roundOf }: { quota: marketplace.Quota; at: Date; roundOf?: ReadonlyMap<string, string> },
): Promise<Featured[]> {
  const models = await registry.modelsByIds(
    context.db,
    places.map(({ model_id }) => model_id),
  );
  const [cards, campaign] = await Promise.all([
    presentModels(context, models),
    campaigns.campaignNames(
      context.db,
      places.flatMap(({ booking }) => booking?.campaign_id ?? []),
    ),
  ]);
  const cardOf = new Map(models.map(({ id }, index) => [id, cards[index]]));
  return places.flatMap(({ surface, position, model_id, booking, kind }): Featured[] => {
    const model = cardOf.get(model_id);
    if (!model) return [];
    const shown: SlotKind = roundOf ? 'competition' : (booking?.kind ?? kind ?? 'rotation');
    const slot = {
      ...{ surface, position, kind: shown, model_id: asId<ModelId>(model_id) },
      booking_id: booking?.id ?? null,
      campaign_id: booking?.campaign_id ?? null,
    };
    const because = {
      reason: booking?.reason ?? null,
      round: roundOf?.get(model_id) ?? null,
      quota: shown === 'new_model_quota' ? { share_ppm: quota.share_ppm, new_days: quota.new_days } : null,
    };
    return [
      {
        ...{ surface, position, kind: shown, model },
        label: slotLabel[shown],
        why: whyFeatured(shown, because),
        because,
        campaign: withPage(campaign.get(slot.campaign_id ?? '')),
        until: booking?.until_at.toISOString() ?? null,
        token: context.cursors.seal(SLOT_SEAL, marketplace.placeOfSlot(slot, at)),
      },
    ];
  });
}

const WITH_PAGE = ['running', 'paused', 'ended', 'settled'];
const withPage = (campaign: { slug: string; title: string; state: string } | undefined) =>
  campaign && WITH_PAGE.includes(campaign.state) ? { slug: campaign.slug, title: campaign.title } : null;
