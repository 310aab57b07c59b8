import { markTitle } from '#api/analytics/mark-words.ts';
import type { Mark } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { usedSince } from './breakdown.ts';
import { type Holdings, holdingsOf, modelIdsOf } from './own-models.ts';
import { type Asked, shownSpan, timeOf } from './span.ts';

const OFFERS_MAX = 200;
const ROUNDS_MAX = 200;
type Within = (at: Date | null) => at is Date;
/** What goes on for a while is there as long as some of it is: a line may turn when it ends, too. */
type Lasting = (from: Date, until: Date | null) => boolean;
type Found = Omit<Mark, 'at' | 'until' | 'title'> & { at: Date; until: Date | null };

/** What happened to somebody's models, and to everybody's prices and terms, the oldest first. */
export async function marksFor(
  context: Context,
  person_id: AccountId,
  asked: Asked & { models?: string | undefined },
) {
  const { db } = context;
  const holdings = await holdingsOf(db, person_id, asked.models);
  const time = await timeOf(context, { ...asked, grain: 'month' }, () => usedSince(holdings));
  const within: Within = (at): at is Date => at !== null && at >= time.from && at < time.to;
  const lasting: Lasting = (from, until) => from < time.to && (until === null || until > time.from);
  const ids = modelIdsOf(holdings.held);
  const found = await Promise.all([
    ofReleases(db, ids, holdings, within),
    ofCampaigns(db, ids, holdings, lasting),
    ofRounds(db, ids, holdings, lasting),
    ofPlaces(db, new Set(ids), holdings, time, lasting),
    ofPrices(db, within),
    ofTerms(db, within),
  ]);
  const marks = [...found.flat(), ...ofOwners(holdings, within)].map((mark) => ({
    title: markTitle(mark),
    ...mark,
  }));
  const items = [...new Map(marks.map(told)).values()]
    .sort((a, b) => a.at.getTime() - b.at.getTime() || (a.title < b.title ? -1 : 1))
    .map((mark) => ({ ...mark, at: mark.at.toISOString(), until: mark.until?.toISOString() ?? null }));
  return { span: shownSpan(time), items };
}

/** A model in two places of one page at the same time is told once. */
const told = <Titled extends Found & { title: string }>(mark: Titled): [string, Titled] => [
  `${mark.at.toISOString()} ${mark.title}`,
  mark,
];

async function ofReleases(
  db: Db,
  ids: readonly ModelId[],
  { nameOf }: Holdings,
  within: Within,
): Promise<Found[]> {
  const releases = await registry.releasesOfModels(db, ids);
  return releases.flatMap(({ model_id, version, published_at, withdrawn_at, ends_at }) => {
    const model = nameOf(model_id);
    const mark = (kind: Mark['kind'], at: Date | null, code: 'published' | 'withdrawn' | 'ended'): Found[] =>
      within(at)
        ? [
            {
              kind,
              at,
              until: null,
              what: { code, version },
              model,
              href: `/models/${model.slug}`,
            },
          ]
        : [];
    return [
      ...mark('release', published_at, 'published'),
      ...mark('withdrawal', withdrawn_at, 'withdrawn'),
      ...mark('ending', ends_at, 'ended'),
    ];
  });
}

async function ofCampaigns(
  db: Db,
  ids: readonly ModelId[],
  { nameOf }: Holdings,
  lasting: Lasting,
): Promise<Found[]> {
  const offers = await campaigns.offersFor(db, ids, OFFERS_MAX);
  const taken = offers.filter(({ answer }) => answer === 'accepted');
  const all = await Promise.all(
    [...new Set(taken.map(({ campaign_id }) => campaign_id))].map((id) => campaigns.campaignById(db, id)),
  );
  return taken.flatMap(({ campaign_id, model_id }) => {
    const campaign = all.find((one) => one?.id === campaign_id);
    if (!campaign?.started_at) return [];
    const { title, slug, started_at, ended_at, ends_at } = campaign;
    if (!lasting(started_at, ended_at ?? ends_at)) return [];
    return [
      {
        kind: 'campaign' as const,
        at: started_at,
        until: ended_at ?? ends_at,
        what: { code: 'campaign' as const, title },
        model: nameOf(model_id),
        href: `/campaigns/${slug}`,
      },
    ];
  });
}

/** A round that a model has a part in lasts until nobody votes any more. */
async function ofRounds(
  db: Db,
  ids: readonly ModelId[],
  { nameOf }: Holdings,
  lasting: Lasting,
): Promise<Found[]> {
  const parts = await competitions.roundsWithModels(db, ids, ROUNDS_MAX);
  const rounds = await competitions.roundsByIds(
    db,
    parts.map(({ round_id }) => round_id),
  );
  return parts.flatMap(({ round_id, model_ids, entered_ids }) => {
    const round = rounds.find(({ id }) => id === round_id);
    if (!round || !lasting(round.opens_at, round.tally_at)) return [];
    return model_ids.map((id) => {
      const model = nameOf(id);
      return {
        kind: 'competition' as const,
        at: round.opens_at,
        until: round.tally_at,
        what: {
          code: entered_ids.includes(id) ? ('entered' as const) : ('works' as const),
          title: round.title,
        },
        model,
        href: `/competitions/${round.slug}`,
      };
    });
  });
}

async function ofPlaces(
  db: Db,
  ids: ReadonlySet<string>,
  { nameOf }: Holdings,
  { from, to }: { from: Date; to: Date },
  lasting: Lasting,
): Promise<Found[]> {
  const bookings = await marketplace.bookingsBetween(db, from, to);
  return bookings
    .filter(
      ({ model_id, kind, from_at, until_at }) =>
        ids.has(model_id) && kind !== 'campaign' && lasting(from_at, until_at),
    )
    .map(({ model_id, surface, from_at, until_at }) => {
      const model = nameOf(model_id);
      return {
        kind: 'feature',
        at: from_at,
        until: until_at,
        what: { code: 'featured' as const, surface },
        model,
        href: '/program/promotion',
      };
    });
}

const ofPrices = async (db: Db, within: Within): Promise<Found[]> =>
  (await generation.rateCards(db))
    .filter(({ effective_at }) => within(effective_at))
    .map(({ version, effective_at }) => ({
      kind: 'price',
      at: effective_at,
      until: null,
      what: { code: 'prices', version: String(version) },
      model: null,
      href: null,
    }));

const ofTerms = async (db: Db, within: Within): Promise<Found[]> =>
  (await program.allTerms(db))
    .filter(({ effective_from }) => within(effective_from))
    .map(({ version, effective_from }) => ({
      kind: 'terms',
      at: effective_from,
      until: null,
      what: { code: 'terms', version },
      model: null,
      href: `/program/terms/${version}`,
    }));

/** Whoever had it first took it over from nobody. */
function ofOwners({ held, nameOf }: Holdings, within: Within): Found[] {
  return held.flatMap(({ model_id, from, to, taken_over }) => {
    const model = nameOf(model_id);
    const mark = (at: Date | null, code: 'gained' | 'given_away'): Found[] =>
      within(at)
        ? [
            {
              kind: 'transfer',
              at,
              until: null,
              what: { code },
              model,
              href: `/models/${model.slug}`,
            },
          ]
        : [];
    return [...(taken_over ? mark(from, 'gained') : []), ...mark(to, 'given_away')];
  });
}
