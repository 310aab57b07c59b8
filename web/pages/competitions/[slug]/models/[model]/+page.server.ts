import { orNowhere } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

export async function load({ locals, params: { slug, model }, url }) {
  const part = await orNowhere(locals.api.competitions.getRoundModel({ slug, model }), url);
  return { part, says: parseMarkdown(part.description) };
}
