import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const { program } = locals.api;
  const { items } = await orRefuse(program.listTerms({}), url);
  const newest = items[0];
  const text = newest ? (await orRefuse(program.getTerms({ version: newest.version }), url)).text : '';
  return { history: items, text, share_ppm: newest?.share_ppm ?? 0 };
}
