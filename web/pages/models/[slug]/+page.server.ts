import { orRefuse } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;

export async function load({ locals, params: { slug }, url }) {
  const beside = url.searchParams.get('beside') ?? '';
  const [model, strip] = await Promise.all([
    orRefuse(locals.api.registry.getModel({ slug }), url),
    orRefuse(locals.api.program.getStrip({ slug, ...(SLUG.test(beside) && { with: beside }) }), url),
  ]);
  return { model, strip, card: parseMarkdown(model.description) };
}
