import { parseMarkdown } from '#ui/markdown/parse.ts';
import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const { program, generation } = locals.api;
  const [about, history, card] = await orRefuse(
    Promise.all([program.getProgram({}), program.listTerms({}), generation.getRateCard({})]),
    url,
  );
  return { about, history: history.items, card, text: parseMarkdown(about.terms.text) };
}
