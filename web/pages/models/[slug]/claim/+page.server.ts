import { orNowhere } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

export async function load({ locals, params: { slug }, url }) {
  const form = await orNowhere(locals.api.claims.getClaimForm({ slug }), url);
  return { form, statement: parseMarkdown(form.statement.text) };
}
