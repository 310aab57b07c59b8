import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const slug = url.searchParams.get('model');
  const [files, rate_card, model] = await Promise.all([
    orRefuse(locals.api.registry.listModelFiles({ limit: 100 }), url),
    orRefuse(locals.api.generation.getRateCard({}), url),
    slug ? orNowhere(locals.api.registry.getModel({ slug }), url) : null,
  ]);
  return { model, files: files.items, classes: rate_card.classes.map(({ price_class }) => price_class) };
}
