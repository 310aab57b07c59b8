import type { Creation, CreationPage } from '#api/marketplace/creation-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as moderation from '../modules/moderation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { bestPlaces, winsOf } from './competitions/wins.ts';
import { mediaFile, picture } from './media.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';
import { shownSettings } from './shown-settings.ts';

type Asked = { limit: number; cursor?: string | undefined };

/** What people show: the newest first, or first what won. */
export async function creationList(
  context: Context,
  viewer_id: AccountId | null,
  {
    modality,
    model,
    maker,
    order = 'newest',
    ...asked
  }: Asked & {
    modality?: registry.Modality | undefined;
    model?: string | undefined;
    maker?: string | undefined;
    order?: 'newest' | 'winners' | undefined;
  },
) {
  const { db } = context;
  const of_model = model === undefined ? undefined : await registry.modelBySlug(db, model);
  const of_maker = maker === undefined ? undefined : await identity.accountByHandle(db, maker);
  if ((model !== undefined && !of_model) || (maker !== undefined && !of_maker)) return NOTHING;
  const list = `creations ${modality ?? ''} ${model ?? ''} ${maker ?? ''} ${order} ${viewer_id ?? ''}`;
  const model_id = of_model && asId<ModelId>(of_model.id);
  const filter = {
    ...{ modality, model_id, makers: of_maker ? [of_maker.id] : undefined },
    without: await marketplace.unseenBy(db, viewer_id),
  };
  if (order === 'newest') return creationPages(context, viewer_id, list, asked, [filter]);
  const won = await competitions.worksThatWon(db, { model_id });
  return creationPages(context, viewer_id, list, asked, [
    { ...filter, only: won },
    { ...filter, beside: won },
  ]);
}

/** What those show whom somebody follows. */
export async function feedFor(
  context: Context,
  viewer_id: AccountId,
  { modality, ...asked }: Asked & { modality?: registry.Modality | undefined },
) {
  const makers = await marketplace.followedBy(context.db, viewer_id);
  const without = await marketplace.unseenBy(context.db, viewer_id);
  const list = `feed ${modality ?? ''} ${viewer_id}`;
  return creationPages(context, viewer_id, list, asked, [{ modality, makers, without }]);
}

const NOTHING = { items: [], next_cursor: null };

/** A page of a list in parts, one after the other; a cursor says in which of them it stands. */
async function creationPages(
  context: Context,
  viewer_id: AccountId | null,
  list: string,
  { limit, cursor }: Asked,
  parts: readonly Omit<Parameters<typeof marketplace.creationsPage>[1], 'after' | 'limit'>[],
) {
  const [begun = '0', ...place] = placeOf(context, list, cursor) ?? [];
  const rows: { part: number; creation: marketplace.Creation }[] = [];
  for (const [part, filter] of parts.entries()) {
    if (part < Number(begun)) continue;
    const after = part === Number(begun) ? rowOf(place) : null;
    const left = limit + 1 - rows.length;
    const found = await marketplace.creationsPage(context.db, { ...filter, after, limit: left });
    rows.push(...found.map((creation) => ({ part, creation })));
  }
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ part, creation }) => [
    ...[String(part), creation.published_at.toISOString(), creation.asset_id],
  ]);
  const creations = shown.map(({ creation }) => creation);
  return { items: await presentCreations(context, viewer_id, creations), next_cursor };
}

/** Creations as anybody sees them; one whose asset lies in the bin is left out. */
export async function presentCreations(
  context: Context,
  viewer_id: AccountId | null,
  creations: readonly marketplace.Creation[],
): Promise<Creation[]> {
  const { db } = context;
  const ids = creations.map(({ asset_id }) => asset_id);
  const [assets, models, liked, best] = await Promise.all([
    generation.assetsByIds(db, ids),
    registry.modelsByIds(
      db,
      creations.map(({ model_id }) => model_id),
    ),
    viewer_id ? marketplace.likedOf(db, viewer_id, ids) : new Set<string>(),
    bestPlaces(db, ids),
  ]);
  const person = await people(db, [
    ...creations.map(({ maker_id }) => maker_id),
    ...models.map(({ creator_id }) => creator_id),
  ]);
  const assetOf = new Map(assets.map((asset) => [asset.id, asset]));
  const modelOf = new Map(models.map((model) => [model.id, model]));
  return creations.flatMap((creation) => {
    const asset = assetOf.get(creation.asset_id);
    const model = present(modelOf.get(creation.model_id), 'the model of a creation');
    if (!asset || asset.deleted_at) return [];
    const { asset_id, maker_id, modality, title, prompt, release_id, listed, likes, comments } = creation;
    return {
      ...presentMedia(context, asset, `${model.slug}-${asset_id.slice(-8)}`),
      ...{ id: asset_id, title, prompt, modality, release_id, listed, likes, comments },
      maker: person(maker_id),
      model: { slug: model.slug, title: model.title, modality, creator: person(model.creator_id) },
      published_at: creation.published_at.toISOString(),
      liked: liked.has(asset_id),
      best_place: best.get(asset_id) ?? null,
    };
  });
}

function presentMedia(context: Context, asset: generation.Asset, name: string) {
  const sheet = asset.companions.find(({ role }) => role === 'storyboard');
  return {
    ...mediaFile(context, asset, name),
    width: asset.width,
    height: asset.height,
    duration_ms: asset.duration_ms,
    thumbnail: picture(context, asset.thumbnail),
    poster: picture(context, asset.poster),
    thumbhash: asset.thumbhash,
    waveform: asset.waveform,
    storyboard: sheet?.storyboard
      ? { ...sheet.storyboard, url: context.media_links.link(sheet, context.clock.now()) }
      : null,
    companions: asset.companions.flatMap(({ role, ...file }) =>
      role === 'storyboard' ? [] : [{ ...mediaFile(context, file, name), role }],
    ),
  };
}

/** One creation for whoever looks. Taken back, or hidden from all but its maker, it does not exist. */
export async function creationPage(
  context: Context,
  viewer_id: AccountId | null,
  id: AssetId,
): Promise<CreationPage> {
  const { db } = context;
  const creation = (await marketplace.creationById(db, id)) ?? refuse('NOT_FOUND');
  const mine = creation.maker_id === viewer_id;
  if (creation.withdrawn_at || (creation.hidden_at && !mine)) refuse('NOT_FOUND');
  const [card] = await presentCreations(context, viewer_id, [creation]);
  if (!card) refuse('NOT_FOUND');
  const [asset] = await generation.assetsByIds(db, [id]);
  const job = present(
    asset && (await generation.generationById(db, asId(asset.generation_id))),
    'the generation of a creation',
  );
  const release = present(await registry.releaseById(db, creation.release_id), 'the release of a creation');
  const blocked = viewer_id !== null && (await marketplace.isBlocked(db, viewer_id, creation.maker_id));
  const hidden = creation.hidden_at ? await moderation.lastRuling(db, 'creation', id) : null;
  return {
    ...card,
    release_version: release.version,
    settings: shownSettings(release.input_schema, job.input, creation.prompt !== null),
    seed: job.seed,
    won: await winsOf(db, 'asset', id),
    hidden: creation.hidden_at ? { reason: hidden?.reason ?? '' } : null,
    can: canDo(viewer_id, { mine, blocked, gone: release.withdrawn_at !== null }),
  };
}

function canDo(
  viewer_id: AccountId | null,
  { mine, blocked, gone }: { mine: boolean; blocked: boolean; gone: boolean },
): CreationPage['can'] {
  const near =
    viewer_id === null ? no('Sign in first.') : blocked ? no('One of you has blocked the other.') : YES;
  return {
    like: near,
    comment: near,
    report: mine ? no('This is yours.') : viewer_id === null ? no('Sign in first.') : YES,
    show: mine ? YES : no('Only its maker may.'),
    remix: gone ? no('The release that made it was withdrawn.') : YES,
  };
}
