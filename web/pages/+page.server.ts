import { orRefuse } from '#web/load.ts';

const MODELS = 8;

/** The most used models with all their true samples: the page is made of what models really made. */
export async function load({ locals, url }) {
  const { registry } = locals.api;
  const { items } = await orRefuse(registry.listModels({ limit: MODELS }), url);
  const pages = await orRefuse(
    Promise.all(items.map((model) => registry.getModel({ slug: model.slug }))),
    url,
  );
  return { models: items, pages };
}
