import { Modality } from '#api/base.ts';
import type { BlindMedia, ShownWork } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import type { Context } from '../../context.ts';
import { present } from '../../kit/assert.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { mediaFile, picture } from '../media.ts';
import { people } from '../people.ts';

type Work = z.infer<typeof ShownWork>;

/**
 * Entries without a word about whose they are: the file that voters saw, and nothing that stands beside the work on other
 * pages too. Null: it was taken down, or is a model.
 */
export const blindWorks = (
  context: Context,
  entries: readonly competitions.Entry[],
): Promise<Map<string, BlindMedia | null>> => mediaOfEntries(context, entries, BLIND);

type Face = Pick<BlindMedia, 'thumbnail' | 'poster' | 'thumbhash' | 'waveform'>;
/** Its preview on Explore has one address for everybody: whoever saw that knows whose it is. */
const BLIND = (): Face => ({ thumbnail: null, poster: null, thumbhash: null, waveform: null });

async function mediaOfEntries(
  context: Context,
  entries: readonly competitions.Entry[],
  faceOf: (asset: generation.Asset) => Face,
): Promise<Map<string, BlindMedia | null>> {
  const assets = await generation.assetsByIds(
    context.db,
    entries.flatMap(({ asset_id }) => asset_id ?? []),
  );
  const assetOf = new Map<string, generation.Asset>(assets.map((asset) => [asset.id, asset]));
  return new Map(
    entries.map((entry) => {
      const asset = assetOf.get(entry.asset_id ?? '');
      return [entry.id, asset && !entry.removed_at ? mediaOf(context, entry, asset, faceOf(asset)) : null];
    }),
  );
}

function mediaOf(
  context: Context,
  { show_digest, show_extension, show_mime }: competitions.Entry,
  asset: generation.Asset,
  face: Face,
): BlindMedia | null {
  if (!show_digest || !show_extension || !show_mime) return null;
  return {
    url: context.media_links.link({ digest: show_digest, extension: show_extension }, context.clock.now()),
    mime: show_mime,
    modality: asset.modality,
    width: asset.width,
    height: asset.height,
    duration_ms: asset.duration_ms,
    ...face,
    companions: [],
  };
}

const SAMPLES = 4;

/**
 * What models that were entered make, by the entry: their newest samples. To a reader who is to judge them blind they have
 * no address and no preview that the page of their model has too.
 */
export async function samplesOfEntries(
  context: Context,
  entries: readonly competitions.Entry[],
  blind_to: string | null = null,
): Promise<Map<string, BlindMedia[]>> {
  const models = entries.filter(({ asset_id }) => asset_id === null);
  const samples = await registry.samplesOf(
    context.db,
    models.map(({ release_id }) => release_id),
    SAMPLES,
  );
  return new Map(
    models.map(({ id, release_id }) => [
      id,
      samples
        .filter((sample) => sample.release_id === release_id)
        .map((sample): BlindMedia => {
          const { modality, width, height, duration_ms, thumbhash, waveform } = sample;
          const { mime, url } = mediaFile(context, sample, 'sample');
          const shape = { mime, modality, width, height, duration_ms, poster: null, companions: [] };
          if (blind_to === null)
            return { ...shape, url, thumbnail: picture(context, sample.thumbnail), thumbhash, waveform };
          const sealed = context.media_links.blindLink(sample, blind_to, context.clock.now());
          return { ...shape, ...BLIND(), url: sealed };
        }),
    ]),
  );
}

/** Works as everybody sees them once the results are out: whose they are, and who made what they were made with. */
export async function shownWorks(
  context: Context,
  entries: readonly competitions.Entry[],
): Promise<Map<string, Work>> {
  const { db } = context;
  const [media, samples, authors, models, creations] = await Promise.all([
    mediaOfEntries(context, entries, ({ thumbnail, poster, thumbhash, waveform }) => ({
      ...{ thumbnail: picture(context, thumbnail), poster: picture(context, poster) },
      ...{ thumbhash, waveform },
    })),
    samplesOfEntries(context, entries),
    competitions.peopleOf(
      db,
      entries.map(({ id }) => id),
    ),
    registry.modelsByIds(
      db,
      entries.map(({ model_id }) => model_id),
    ),
    marketplace.creationsByIds(
      db,
      entries.flatMap(({ asset_id }) => asset_id ?? []),
    ),
  ]);
  const person = await people(db, [
    ...authors.map(({ person_id }) => person_id),
    ...models.map(({ creator_id }) => creator_id),
  ]);
  const modelOf = new Map<string, (typeof models)[number]>(models.map((model) => [model.id, model]));
  const public_ids = new Set<string>(
    creations
      .filter(({ withdrawn_at, hidden_at }) => !withdrawn_at && !hidden_at)
      .map(({ asset_id }) => asset_id),
  );
  return new Map(
    entries.map((entry): [string, Work] => {
      const model = present(modelOf.get(entry.model_id), 'the model of an entry');
      const { slug, title, modality } = model;
      const removed = entry.removed_at !== null;
      return [
        entry.id,
        {
          id: entry.id,
          asset_id: entry.asset_id && !removed && public_ids.has(entry.asset_id) ? entry.asset_id : null,
          title: removed ? 'Removed' : entry.title,
          digest: entry.show_digest ?? entry.asset_digest,
          media: removed ? null : (media.get(entry.id) ?? samples.get(entry.id)?.[0] ?? null),
          removed,
          people: authors
            .filter(({ entry_id, accepted_at }) => entry_id === entry.id && accepted_at !== null)
            .map(({ person_id }) => person(person_id)),
          model: { slug, title, modality: Modality.parse(modality), creator: person(model.creator_id) },
        },
      ];
    }),
  );
}
