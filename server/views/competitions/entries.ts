import type { CategoryKind, Enterable, Entry } from '#api/competitions/shapes.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type AssetId, type EntryId, type ModelId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { pageOf, placeOf } from '../paging.ts';
import { people } from '../people.ts';
import { creationFacts, modelFacts, personFacts, ruledBy } from './facts.ts';

type Query = {
  slug: string;
  kind: CategoryKind;
  asset_id?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};
type List = { items: Enterable[]; next_cursor: string | null; places_left: number };

/** What somebody has of a medium, each with why it cannot be entered, by the same rules as when it is. */
export async function enterable(context: Context, person_id: AccountId, query: Query): Promise<List> {
  const { db } = context;
  const round = await competitions.roundBySlug(db, query.slug);
  if (!round || round.announced_at === null) refuse('NOT_FOUND');
  const category = (await competitions.categoryOfKind(db, round.id, query.kind)) ?? refuse('NOT_FOUND');
  const [person, taken] = await Promise.all([
    personFacts(db, round, category.id, person_id),
    competitions.countPlaces(db, category.id, person_id),
  ]);
  const places_left = Math.max(0, category.entries_max - taken);
  const always = [
    ...competitions.personBreaches(person),
    ...(places_left === 0 ? (['NO_PLACE_LEFT'] as const) : []),
  ];
  const about = { round, category, person_id, always };
  const found =
    query.kind === 'models' ? await ownModels(context, about) : await ownWorks(context, about, query);
  return { ...found, places_left };
}

type About = {
  round: competitions.Round;
  category: competitions.Category;
  person_id: AccountId;
  always: competitions.ReasonCode[];
};

/** What stands there is not refused for want of a place: it has one. */
const judged = (
  entry_id: EntryId | null,
  always: readonly competitions.ReasonCode[],
  broken: competitions.ReasonCode[],
) => {
  const reasons: competitions.ReasonCode[] = entry_id === null ? [...always, ...broken] : ['STANDS'];
  return { entry_id, eligible: reasons.length === 0, reasons: reasons.map(competitions.reason) };
};

async function ownWorks(
  context: Context,
  { round, category, person_id, always }: About,
  { kind, asset_id, limit, cursor }: Query,
): Promise<Omit<List, 'places_left'>> {
  const { db } = context;
  const modality = kind === 'models' ? refuse('NOT_FOUND') : kind;
  const list = `enterable ${category.id} ${person_id}`;
  const rows = asset_id
    ? (await generation.makingsOf(db, [asId<AssetId>(asset_id)])).filter(
        ({ owner_id }) => owner_id === person_id,
      )
    : await generation.makingsOfOwner(db, person_id, {
        modality,
        after: placeOf(context, list, cursor)?.[0] ?? null,
        limit: limit + 1,
      });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, (last) => [last.asset_id]);
  const judges = await competitions.judgesOf(db, category.id);
  const [facts, standing] = await Promise.all([
    creationFacts(db, shown, person_id, judges),
    competitions.standingAssets(
      db,
      category.id,
      shown.map((making) => making.asset_id),
    ),
  ]);
  const ruled = ruledBy(category, round);
  const items = shown.map((making, place): Enterable => {
    const broken = competitions.breaches(ruled, present(facts[place], 'the facts of a work'));
    return {
      ...{ asset_id: making.asset_id, release_id: making.release_id, title: making.title },
      model: { slug: making.model, title: making.model_title, version: making.release_version },
      thumbnail_url: thumbnail(context, making.thumbnail?.digest ?? null),
      made_at: making.made_at.toISOString(),
      ...judged(standing.get(making.asset_id) ?? null, always, broken),
    };
  });
  return { items, next_cursor };
}

function thumbnail({ media_links, clock }: Context, digest: string | null): string | null {
  return digest && media_links.link({ digest, extension: 'webp' }, clock.now());
}

const MODELS_MAX = 100;

async function ownModels(
  { db, clock }: Context,
  { round, category, person_id, always }: About,
): Promise<Omit<List, 'places_left'>> {
  const models = await registry.findModels(db, { creator_id: person_id });
  const own = await modelFacts(db, models.slice(0, MODELS_MAX), person_id, clock.now());
  const entries = await competitions.entriesOf(db, category.id, competitions.STANDS);
  const ruled = ruledBy(category, round);
  const items = own.flatMap(({ model, release, facts }): Enterable[] => {
    if (!release) return [];
    const entry = entries.find(({ model_id }) => model_id === model.id);
    return [
      {
        ...{ asset_id: null, release_id: release.id, title: model.title, thumbnail_url: null },
        model: { slug: model.slug, title: model.title, version: release.version },
        made_at: release.published_at.toISOString(),
        ...judged(entry?.id ?? null, always, competitions.modelBreaches(ruled, facts)),
      },
    ];
  });
  return { items, next_cursor: null };
}

// one’s own --------------------------------------------------------------------------------------------------

export async function ownEntries(
  context: Context,
  person_id: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Entry[]; next_cursor: string | null }> {
  const list = `own entries ${person_id}`;
  const rows = await competitions.entriesOfPerson(context.db, person_id, {
    after: placeOf(context, list, cursor)?.[0] ?? null,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ id }) => [id]);
  return { items: await presentEntries(context, person_id, shown), next_cursor };
}

/** An entry, for those whose it is: to everybody else there is none. */
export async function ownEntry(context: Context, person_id: AccountId, id: EntryId): Promise<Entry> {
  const entry = (await competitions.entryById(context.db, id)) ?? refuse('NOT_FOUND');
  const named = await competitions.peopleOf(context.db, [id]);
  if (!named.some((one) => one.person_id === person_id)) refuse('NOT_FOUND');
  const [shown] = await presentEntries(context, person_id, [entry]);
  return present(shown, 'an entry that is there');
}

async function presentEntries(
  context: Context,
  person_id: AccountId,
  entries: readonly competitions.Entry[],
): Promise<Entry[]> {
  const { db } = context;
  const [rounds, categories, models, releases, named] = await Promise.all([
    competitions.roundsByIds(db, [...new Set(entries.map(({ round_id }) => round_id))]),
    competitions.categoriesOf(db, [...new Set(entries.map(({ round_id }) => round_id))]),
    registry.modelsByIds(db, [...new Set(entries.map(({ model_id }) => model_id))]),
    registry.releasesByIds(db, [...new Set(entries.map(({ release_id }) => release_id))]),
    competitions.peopleOf(
      db,
      entries.map(({ id }) => id),
    ),
  ]);
  const person = await people(
    db,
    named.map((one) => one.person_id),
  );
  return entries.map((entry): Entry => {
    const round = present(
      rounds.find(({ id }) => id === entry.round_id),
      'the round of an entry',
    );
    const category = present(
      categories.find(({ id }) => id === entry.category_id),
      'the category of an entry',
    );
    const model = models.find(({ id }) => id === asId<ModelId>(entry.model_id));
    const own = named.filter(({ entry_id }) => entry_id === entry.id);
    const { id, title, state, asset_id, release_id, version } = entry;
    return {
      ...{ id, title, state, asset_id, release_id, version },
      round: {
        ...{ slug: round.slug, title: round.title, state: round.state },
        locks_at: round.locks_at.toISOString(),
      },
      category: { id: category.id, kind: category.kind, theme: category.theme },
      says: competitions.entryMachine.states[state],
      reason: entry.reason === null ? null : competitions.reasonOf(entry.reason),
      model: {
        ...{ slug: model?.slug ?? 'gone', title: model?.title ?? 'A model that is gone' },
        version: releases.find((one) => one.id === entry.release_id)?.version ?? '',
      },
      people: own.map(({ person_id: who, share_ppm, accepted_at, declined_at }) => ({
        ...person(who),
        share_ppm,
        answer: accepted_at ? 'accepted' : declined_at ? 'declined' : 'open',
      })),
      shown: shownFile(context, entry),
      thumbnail_url: thumbnail(context, entry.thumb_digest),
      submitted_at: entry.submitted_at.toISOString(),
      can: mayDo(context, round, entry, own, person_id),
    };
  });
}

function shownFile({ media_links, clock }: Context, entry: competitions.Entry): Entry['shown'] {
  const { show_digest, show_extension, show_mime, show_bytes } = entry;
  if (!show_digest || !show_extension || !show_mime || show_bytes === null) return null;
  const url = media_links.link({ digest: show_digest, extension: show_extension }, clock.now());
  return { url, mime: show_mime, bytes: Number(show_bytes) };
}

const WAITING: readonly competitions.EntryState[] = ['submitted', 'validating'];

function mayDo(
  { clock }: Context,
  { state, locks_at }: competitions.Round,
  entry: competitions.Entry,
  own: readonly competitions.EntryPerson[],
  person_id: AccountId,
): Entry['can'] {
  const is_open = state === 'open' && clock.now() < locks_at;
  const me = own.find((one) => one.person_id === person_id);
  const withdraw = () => {
    if (entry.person_id !== person_id) return no('Who entered it may withdraw it.');
    if (!is_open) return no('Entries are closed.');
    return [...WAITING, 'eligible'].includes(entry.state) ? YES : no('It does not stand any more.');
  };
  const answer = () => {
    if (!me || me.accepted_at || me.declined_at) return no('You have answered.');
    return WAITING.includes(entry.state) ? YES : no('Nobody is asked any more.');
  };
  return { withdraw: withdraw(), answer: answer() };
}
