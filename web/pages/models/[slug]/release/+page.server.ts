import { redirect } from '@sveltejs/kit';
import { orRefuse } from '#web/load.ts';

export async function load({ locals, params: { slug }, url }) {
  const model = await orRefuse(locals.api.registry.getModel({ slug }), url);
  if (!model.can.release.allowed) redirect(303, `/models/${slug}`);
  const [files, rate_card] = await Promise.all([
    orRefuse(locals.api.registry.listModelFiles({ limit: 100 }), url),
    orRefuse(locals.api.generation.getRateCard({}), url),
  ]);
  return { model, files: files.items, classes: rate_card.classes.map(({ price_class }) => price_class) };
}
