import type { Asset, Generation } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, AssetId, GenerationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { mediaFile, picture } from './media.ts';
import { people } from './people.ts';

const YES = { allowed: true, why: null };
const no = (why: string) => ({ allowed: false, why });

/** Generations as their payer sees them: job, model, place in the queue, assets. */
export async function presentGenerations(
  context: Context,
  jobs: readonly generation.Generation[],
): Promise<Generation[]> {
  const { db } = context;
  const [assets, places, person] = await Promise.all([
    generation.assetsOfGenerations(
      db,
      jobs.filter(({ state }) => state === 'succeeded').map(({ id }) => id),
    ),
    generation.queuePlaces(
      db,
      jobs.filter(({ state }) => state === 'queued').map(({ id }) => id),
    ),
    people(
      db,
      jobs.map(({ terms }) => terms.model.creator_id),
    ),
  ]);
  const byId = new Map<string, generation.Generation>(jobs.map((job) => [job.id, job]));
  const shown = assets.map((asset) => presentAsset(context, asset, byId.get(asset.generation_id), person));
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
      queue_place: places.get(id) ?? null,
      progress: job.progress,
      failure: generation.hasEnded(job.state) ? job.failure : null,
      attempts: job.attempts,
      created_at: job.created_at.toISOString(),
      started_at: job.started_at?.toISOString() ?? null,
      ended_at: job.ended_at?.toISOString() ?? null,
      assets: shown.filter(({ generation_id, deleted_at }) => generation_id === id && deleted_at === null),
      can: { cancel: mayCancel(job) },
    };
  });
}

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
  return assets.map((asset) => presentAsset(context, asset, byId.get(asset.generation_id), person));
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
): Asset {
  if (!job) throw new Error(`asset ${asset.id} has no generation`);
  const name = `${job.terms.model.slug}-${asset.id.slice(-8)}`;
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
    companions: asset.companions.map((file) => ({ ...mediaFile(context, file, name), role: file.role })),
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
