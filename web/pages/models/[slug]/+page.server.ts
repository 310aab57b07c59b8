import { orRefuse } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;

export async function load({ locals, params: { slug }, url }) {
  const beside = url.searchParams.get('beside') ?? '';
  const { marketplace } = locals.api;
  const [model, facts, strip, ratings, comments, creations, beside_it] = await Promise.all([
    orRefuse(locals.api.registry.getModel({ slug }), url),
    orRefuse(marketplace.getModelFacts({ slug }), url),
    orRefuse(locals.api.program.getStrip({ slug, ...(SLUG.test(beside) && { with: beside }) }), url),
    orRefuse(marketplace.listRatings({ slug }), url),
    orRefuse(marketplace.listComments({ model: slug }), url),
    orRefuse(marketplace.listCreations({ model: slug, order: 'winners', limit: 12 }), url),
    locals.api.slots.listFeatured({ surface: 'model_also_seen', beside: slug }).catch(() => ({ items: [] })),
  ]);
  const also_seen = beside_it.items;
  return {
    model,
    facts,
    strip,
    ratings,
    comments,
    creations,
    also_seen,
    card: parseMarkdown(model.description),
  };
}
