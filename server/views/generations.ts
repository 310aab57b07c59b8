import type { Asset, Generation } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, AssetId, GenerationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { mediaFile, picture } from './media.ts';
import { people } from './people.ts';
import { downloadName, downloads, type Renditions } from './renditions.ts';

/** Generations as their payer sees them: job, model, place in the queue, assets. */
export async function presentGenerations(
  context: Context,
  jobs: readonly generation.Generation[],
): Promise<Generation[]> {
  const { db } = context;
  const [assets, estimates, person] = await Promise.all([
    generation.assetsOfGenerations(
      db,
      jobs.filter(({ state }) => state === 'succeeded').map(({ id }) => id),
    ),
    generation.estimates(
      db,
      jobs.filter(({ state }) => !generation.hasEnded(state)).map(({ id }) => id),
      context.clock.now(),
    ),
    people(
      db,
      jobs.map(({ terms }) => terms.model.creator_id),
    ),
  ]);
  const byId = new Map<string, generation.Generation>(jobs.map((job) => [job.id, job]));
  const renditions = await generation.renditionsOf(
    db,
    assets.map(({ id }) => id),
  );
  const shown = assets.map((asset) =>
    presentAsset(context, asset, byId.get(asset.generation_id), person, renditions),
  );
  return jobs.map((job) => {
    const { id } = job;
    return {
      id,
      state: job.state,
      release_id: job.release_id,
      model: modelRef(job, person),
      input: job.input,
      seed: job.seed,
      price_micros: micros(job.price_micros),
      charged_micros: job.charged_micros === null ? null : micros(job.charged_micros),
      funding: { promo_micros: micros(job.promo_micros), paid_micros: micros(job.paid_micros) },
      class: job.class < 0 ? 'bulk' : 'interactive',
      queue_place: estimates.get(id)?.place ?? null,
      estimate: shownEstimate(estimates.get(id)),
      runner_away: estimates.get(id)?.runner_away ?? false,
      progress: job.progress,
      failure: generation.hasEnded(job.state) ? job.failure : null,
      attempts: job.attempts,
      batch_id: job.batch_id,
      board_id: job.board_id,
      created_at: job.created_at.toISOString(),
      started_at: job.started_at?.toISOString() ?? null,
      ended_at: job.ended_at?.toISOString() ?? null,
      assets: shown.filter(({ generation_id, deleted_at }) => generation_id === id && deleted_at === null),
      can: { cancel: mayCancel(job) },
    };
  });
}

/** Null where nothing is known: what was not measured is not guessed. */
export const shownEstimate = (estimate: generation.Estimate | undefined) =>
  estimate && (estimate.starts_in_ms !== null || estimate.ends_in_ms !== null)
    ? { starts_in_ms: estimate.starts_in_ms, ends_in_ms: estimate.ends_in_ms }
    : null;

/** One generation for its payer; to anybody else it does not exist. */
export async function generationFor(
  context: Context,
  payer_id: AccountId,
  id: GenerationId,
): Promise<Generation> {
  const job = await generation.generationById(context.db, id);
  if (!job || job.payer_id !== payer_id) refuse('NOT_FOUND');
  const [shown] = await presentGenerations(context, [job]);
  return present(shown, 'a generation that was just read');
}

/** Those that were just started together, in the order of their places. */
export async function batchFor(context: Context, ids: readonly GenerationId[]): Promise<Generation[]> {
  const jobs = await generation.generationsByIds(context.db, ids);
  return presentGenerations(
    context,
    ids.map((id) =>
      present(
        jobs.find((job) => job.id === id),
        'a generation that was just started',
      ),
    ),
  );
}

/** Assets with what they were made from. */
export async function presentAssets(context: Context, assets: readonly generation.Asset[]): Promise<Asset[]> {
  const jobs = await generation.generationsByIds(context.db, [
    ...new Set(assets.map(({ generation_id }) => generation_id)),
  ]);
  const byId = new Map<string, generation.Generation>(jobs.map((job) => [job.id, job]));
  const person = await people(
    context.db,
    jobs.map(({ terms }) => terms.model.creator_id),
  );
  const renditions = await generation.renditionsOf(
    context.db,
    assets.map(({ id }) => id),
  );
  return assets.map((asset) =>
    presentAsset(context, asset, byId.get(asset.generation_id), person, renditions),
  );
}

type Person = Awaited<ReturnType<typeof people>>;

function modelRef({ terms, modality }: generation.Generation, person: Person) {
  const { slug, title, creator_id } = terms.model;
  return { slug, title, modality, creator: person(creator_id) };
}

function presentAsset(
  context: Context,
  asset: generation.Asset,
  job: generation.Generation | undefined,
  person: Person,
  renditions: Renditions,
): Asset {
  if (!job) throw new Error(`asset ${asset.id} has no generation`);
  const name = downloadName(job, asset);
  return {
    ...mediaFile(context, asset, name),
    id: asset.id,
    generation_id: asset.generation_id,
    modality: asset.modality,
    width: asset.width,
    height: asset.height,
    duration_ms: asset.duration_ms,
    thumbnail: picture(context, asset.thumbnail),
    poster: picture(context, asset.poster),
    thumbhash: asset.thumbhash,
    waveform: asset.waveform,
    storyboard: storyboardOf(context, asset),
    companions: asset.companions.flatMap(({ role, ...file }) =>
      role === 'storyboard' ? [] : [{ ...mediaFile(context, file, name), role }],
    ),
    downloads: downloads(context, asset, renditions, name),
    model: modelRef(job, person),
    release_id: job.release_id,
    input: job.input,
    seed: job.seed,
    charged_micros: job.charged_micros === null ? null : micros(job.charged_micros),
    created_at: asset.created_at.toISOString(),
    deleted_at: asset.deleted_at?.toISOString() ?? null,
    can: { delete: asset.deleted_at ? no('It is in the bin already.') : YES },
  };
}

function storyboardOf(context: Context, asset: generation.Asset) {
  const sheet = asset.companions.find(({ role }) => role === 'storyboard');
  if (!sheet?.storyboard) return null;
  return { ...sheet.storyboard, url: context.media_links.link(sheet, context.clock.now()) };
}

function mayCancel(job: generation.Generation) {
  if (job.state === 'delivering') return no('It is finished and being delivered.');
  if (generation.hasEnded(job.state)) return no(`It has ended: ${job.state}.`);
  if (job.cancel_asked_at) return no('It is being cancelled.');
  return YES;
}

/** One asset for its owner; one that is not paid for yet, or not theirs, does not exist. */
export async function assetFor(context: Context, owner_id: AccountId, id: AssetId): Promise<Asset> {
  const asset = await generation.assetById(context.db, id);
  if (!asset || asset.owner_id !== owner_id) refuse('NOT_FOUND');
  const [shown] = await presentAssets(context, [asset]);
  if (!shown || shown.charged_micros === null) refuse('NOT_FOUND');
  return shown;
}
