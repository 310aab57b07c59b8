import type { ModelCard, Modality } from '#web/api-types.ts';

export type Shelf = { title: string; models: ModelCard[] };

/** What the words and the kind leave over; every word must occur somewhere in what one knows a model by. */
export function matching(
  models: readonly ModelCard[],
  words: string,
  modality: Modality | null,
): ModelCard[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const { title, summary, creator, modality: kind } = model;
    const text = `${title} ${summary} ${creator.display_name} ${creator.handle} ${kind}`.toLowerCase();
    return (modality === null || kind === modality) && wanted.every((word) => text.includes(word));
  });
}

/** Favourites first, then what was used last, then the others; each model once. */
export function shelves(
  models: readonly ModelCard[],
  { favourites, recent }: { favourites: readonly string[]; recent: readonly string[] },
): Shelf[] {
  const of = (slugs: readonly string[]) =>
    slugs.flatMap((slug) => models.find((model) => model.slug === slug) ?? []);
  const loved = of(favourites);
  const used = of(recent.filter((slug) => !favourites.includes(slug))).slice(0, 4);
  const rest = models.filter((model) => !loved.includes(model) && !used.includes(model));
  return [
    { title: 'Favourites', models: loved },
    { title: 'Used last', models: used },
    { title: loved.length + used.length > 0 ? 'All others' : '', models: rest },
  ].filter((shelf) => shelf.models.length > 0);
}
