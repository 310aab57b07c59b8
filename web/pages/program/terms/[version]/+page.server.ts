import { parseMarkdown } from '#ui/markdown/parse.ts';
import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { version }, url }) {
  const { program } = locals.api;
  const against = url.searchParams.get('against') ?? undefined;
  const [terms, diff] = await Promise.all([
    orNowhere(program.getTerms({ version }), url),
    against === undefined ? null : orNowhere(program.getTermsDiff({ version, against }), url),
  ]);
  return { terms, diff, text: parseMarkdown(terms.text) };
}
