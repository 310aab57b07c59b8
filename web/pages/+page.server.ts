import { orRefuse } from '#web/load.ts';

const MODELS = 8;

/** The most used models with all their true samples: the page is made of what models really made. */
export async function load({ locals, url }) {
  const { registry, slots } = locals.api;
  const { items } = await orRefuse(registry.listModels({ limit: MODELS }), url);
  const pages = await orRefuse(
    Promise.all(items.map((model) => registry.getModel({ slug: model.slug }))),
    url,
  );
  // a home without prices or places is a home still
  const [hero, rail] = await Promise.all([
    slots.listFeatured({ surface: 'home_hero' }).catch(() => ({ items: [] })),
    slots.listFeatured({ surface: 'home_rail' }).catch(() => ({ items: [] })),
  ]);
  return { models: items, pages, hero: hero.items[0] ?? null, rail: rail.items };
}
