import type { Piece, Showcase } from '#api/showcase/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { creationList, presentCreations } from './creations.ts';
import { whyNotEdit } from './may-edit.ts';
import { presentSample } from './models.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';
import { modelToShare } from './share.ts';

const SAMPLES_MAX = 100;
const TITLE_CHARS_MAX = 120;

export type FoundPiece = { words: string; model_id: ModelId } & (
  | { kind: 'creation'; creation: marketplace.Creation; asset: generation.Asset }
  | { kind: 'sample'; sample: registry.Sample }
);

/**
 * Those pieces that everybody may still see, in their order; what was taken back or withdrawn is left out, and what is of
 * somebody who is apart from the creator of the model: one of the two blocked the other.
 */
export async function shownPieces(
  db: Db,
  pieces: readonly (marketplace.ShowcasePiece & { model_id: ModelId })[],
): Promise<FoundPiece[]> {
  const asset_ids = pieces.flatMap((piece) => (piece.kind === 'creation' ? [piece.asset_id] : []));
  const release_ids = [
    ...new Set(pieces.flatMap((piece) => (piece.kind === 'sample' ? [piece.release_id] : []))),
  ];
  const [creations, assets, releases, samples, models] = await Promise.all([
    marketplace.creationsByIds(db, asset_ids),
    generation.assetsByIds(db, asset_ids),
    registry.releasesByIds(db, release_ids),
    registry.samplesOf(db, release_ids, SAMPLES_MAX),
    registry.modelsByIds(db, [...new Set(pieces.map(({ model_id }) => model_id))]),
  ]);
  const creator = new Map(models.map((model) => [model.id, model.creator_id]));
  const two = ({ model_id, maker_id }: marketplace.Creation) => ({
    one: creator.get(model_id) ?? maker_id,
    other: maker_id,
  });
  const isApart = await marketplace.apartAmong(db, creations.map(two));
  const creationOf = new Map(creations.map((creation) => [creation.asset_id, creation]));
  const assetOf = new Map<string, generation.Asset>(assets.map((asset) => [asset.id, asset]));
  const usable = new Map(
    releases.flatMap((release) => (release.withdrawn_at ? [] : [[release.id, release] as const])),
  );
  return pieces.flatMap((piece): FoundPiece[] => {
    const { words, model_id } = piece;
    if (piece.kind === 'sample') {
      const sample = samples.find(
        ({ release_id, ordinal }) => release_id === piece.release_id && ordinal === piece.ordinal,
      );
      if (!sample || usable.get(piece.release_id)?.model_id !== model_id) return [];
      return [{ words, model_id, kind: 'sample', sample }];
    }
    const creation = creationOf.get(piece.asset_id);
    const asset = assetOf.get(piece.asset_id);
    if (!creation?.listed || !marketplace.isShown(creation) || creation.model_id !== model_id) return [];
    if (!asset || asset.deleted_at || isApart(two(creation))) return [];
    return [{ words, model_id, kind: 'creation', creation, asset }];
  });
}

type Model = NonNullable<Awaited<ReturnType<typeof registry.modelBySlug>>>;

/** Pieces as they are shown. */
export async function presentPieces(
  context: Context,
  models: readonly Model[],
  pieces: readonly FoundPiece[],
): Promise<(Piece & { words: string })[]> {
  const [creations, person] = await Promise.all([
    presentCreations(
      context,
      null,
      pieces.flatMap((piece) => (piece.kind === 'creation' ? [piece.creation] : [])),
    ),
    people(
      context.db,
      models.map(({ creator_id }) => creator_id),
    ),
  ]);
  const modelOf = new Map(models.map((model) => [model.id, model]));
  const creationOf = new Map(creations.map((creation) => [creation.id, creation]));
  return pieces.map((piece) => {
    const { words } = piece;
    if (piece.kind === 'creation')
      return {
        ...pieceOfCreation(present(creationOf.get(piece.creation.asset_id), 'a piece that is shown')),
        words,
      };
    const model = present(modelOf.get(piece.model_id), 'the model of a piece');
    return { ...pieceOfSample(context, model, person(model.creator_id), piece.sample), words };
  });
}

function pieceOfCreation(creation: Awaited<ReturnType<typeof presentCreations>>[number]): Piece {
  const { id, title, modality, maker } = creation;
  return {
    ...mediaOf(creation),
    name: { kind: 'creation', id },
    ...{ title, modality, maker, path: `/assets/${id}` },
  };
}

function pieceOfSample(
  context: Context,
  { slug }: { slug: string },
  maker: Piece['maker'],
  sample: registry.Sample,
): Piece {
  const { release_id, ordinal, modality } = sample;
  const shown = presentSample(context, sample, slug);
  return {
    ...mediaOf({ ...shown, poster: null, storyboard: null, companions: [] }),
    name: { kind: 'sample', release_id, ordinal },
    title: generation.promptOf(sample.input).slice(0, TITLE_CHARS_MAX) || `Sample ${ordinal + 1}`,
    ...{ modality, maker, path: null },
  };
}

type Media = Omit<Piece, 'name' | 'title' | 'maker' | 'path' | 'modality'>;
const mediaOf = (from: Media): Media => ({
  ...{ mime: from.mime, bytes: from.bytes, digest: from.digest, url: from.url },
  ...{ download_url: from.download_url, width: from.width, height: from.height },
  ...{ duration_ms: from.duration_ms, thumbnail: from.thumbnail, poster: from.poster },
  ...{ thumbhash: from.thumbhash, waveform: from.waveform, storyboard: from.storyboard },
  companions: from.companions,
});

/** The showcase of a model, for everybody; until it is published, for the creator of the model alone. */
export async function showcasePage(context: Context, caller: Caller, slug: string): Promise<Showcase> {
  const { db, clock } = context;
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const mine = caller.account?.id === model.creator_id;
  const showcase = (await marketplace.showcaseOf(db, model_id)) ?? refuse('NOT_FOUND');
  if (!mine) {
    if (!showcase.published_at) refuse('NOT_FOUND');
    await modelToShare(context, slug);
  }
  const release = (await registry.releasesInUse(db, [model_id], clock.now())).get(model.id);
  const found = await shownPieces(db, await marketplace.showcasePieces(db, [model_id]));
  const pieces = await presentPieces(context, [model], found);
  return {
    model: await modelRef(db, model),
    ...{ title: showcase.title, words: showcase.words, pieces, version: showcase.version },
    published_at: showcase.published_at?.toISOString() ?? null,
    changed_at: showcase.changed_at.toISOString(),
    archive_bytes: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
    licence: release?.licence ?? null,
    can: {
      edit: mine ? await whyNotEdit(context, asId<AccountId>(model.creator_id)) : no('Only its creator may.'),
      download: pieces.length > 0 ? YES : no('Nothing in it is shown any more.'),
    },
  };
}

export const modelRef = async (db: Db, model: Model) =>
  present((await modelRefs(db, [model]))[0], 'a model that was just read');

async function modelRefs(db: Db, models: readonly Model[]) {
  const person = await people(
    db,
    models.map(({ creator_id }) => creator_id),
  );
  return models.map(({ slug, title, modality, creator_id }) => ({
    ...{ slug, title, modality: registry.Modality.parse(modality) },
    creator: person(creator_id),
  }));
}

/** What the creator of a model may pick from. */
export async function pieceChoices(
  context: Context,
  me: AccountId,
  { slug, ...asked }: { slug: string; limit: number; cursor?: string | undefined },
) {
  const { db, clock } = context;
  const model = await registry.modelBySlug(db, slug);
  if (model?.creator_id !== me) refuse('NOT_FOUND');
  const release = (await registry.releasesInUse(db, [asId<ModelId>(model.id)], clock.now())).get(model.id);
  const samples = release ? await registry.samplesOf(db, [release.id], SAMPLES_MAX) : [];
  const person = await people(db, [me]);
  const { items, next_cursor } = await creationList(context, me, { model: slug, ...asked });
  return {
    items: items.map(pieceOfCreation),
    next_cursor,
    samples: samples.map((sample) => pieceOfSample(context, model, person(me), sample)),
  };
}

const LIST = 'showcases';

/** Published ones of models that stand in lists, the newest first. */
export async function showcaseList(
  context: Context,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const { db, clock } = context;
  const rows = await marketplace.showcasesPage(db, {
    without: [...(await program.creatorsWithout(db, 'promote'))].map((id) => asId<AccountId>(id)),
    after: rowOf(placeOf(context, LIST, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, LIST, rows, limit, ({ published_at, model_id }) => [
    present(published_at, 'when a showcase was published').toISOString(),
    model_id,
  ]);
  const ids = shown.map(({ model_id }) => model_id);
  const [models, pieces, releases] = await Promise.all([
    registry.modelsByIds(db, ids),
    marketplace.showcasePieces(db, ids).then((named) => shownPieces(db, named)),
    registry.releasesInUse(db, ids, clock.now()),
  ]);
  const listed = models.filter(({ id, visibility }) => visibility === 'listed' && releases.has(id));
  const piecesOf = Map.groupBy(pieces, ({ model_id }) => model_id);
  const there = shown.flatMap((showcase) => {
    const model = listed.find(({ id }) => id === showcase.model_id);
    const [first] = piecesOf.get(showcase.model_id) ?? [];
    return model && first ? [{ showcase, model, first }] : [];
  });
  const [covers, refs] = await Promise.all([
    presentPieces(
      context,
      there.map(({ model }) => model),
      there.map(({ first }) => first),
    ),
    modelRefs(
      db,
      there.map(({ model }) => model),
    ),
  ]);
  const items = there.map(({ showcase }, place) => ({
    model: present(refs[place], 'the model of a showcase'),
    ...{ title: showcase.title, words: showcase.words },
    pieces: piecesOf.get(showcase.model_id)?.length ?? 0,
    cover: covers[place] ?? null,
    published_at: present(showcase.published_at, 'when a showcase was published').toISOString(),
    changed_at: showcase.changed_at.toISOString(),
  }));
  return { items, next_cursor };
}
