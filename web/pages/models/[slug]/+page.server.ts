import { orRefuse } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

export async function load({ locals, params, url }) {
  const model = await orRefuse(locals.api.registry.getModel({ slug: params.slug }), url);
  return { model, card: parseMarkdown(model.description) };
}
