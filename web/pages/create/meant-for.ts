import type { ApiClient, Generation, ModelCard, RoundPage } from '#web/api-types.ts';

/** What somebody makes something for: a round that takes entries, and the models that may be used for it. */
export type MeantFor = Pick<RoundPage, 'slug' | 'title' | 'theme' | 'now'> & {
  locks_at: string;
  kinds: string[];
  models: string[];
};

export async function meantFor(api: ApiClient, url: URL): Promise<MeantFor | null> {
  const slug = url.searchParams.get('round');
  if (!slug) return null;
  const [round, usable] = await Promise.all([
    api.competitions.getRound({ slug }),
    api.marketplace.exploreModels({ round: slug, limit: 100 }),
  ]).catch(() => []);
  // one that is over, or that never was, is nothing to make something for
  if (!round || !usable || round.state !== 'open') return null;
  const { title, theme, now, instants, categories } = round;
  const kinds = categories.map(({ kind }) => kind).filter((kind) => kind !== 'models');
  return {
    ...{ slug, title, theme, now, kinds, locks_at: instants.locks_at },
    models: usable.items.map(({ model }) => model.slug),
  };
}

/** The first that may be used for it, of the medium that was asked for if there is one. */
export const firstFor = (
  meant: MeantFor | null,
  models: readonly ModelCard[],
  medium: string | null,
): ModelCard | undefined => {
  const usable = meant ? models.filter(({ slug }) => meant.models.includes(slug)) : models;
  return usable.find(({ modality }) => modality === medium) ?? usable[0] ?? models[0];
};

/** Where what was made is entered, if it may be. */
export function enterHref(meant: MeantFor, generations: readonly Generation[]): string | null {
  const asset = generations.flatMap(({ assets }) => assets)[0];
  if (!asset || !meant.kinds.includes(asset.modality)) return null;
  return `/competitions/${meant.slug}/enter/${asset.modality}?asset=${asset.id}`;
}
