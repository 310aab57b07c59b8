import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { slug }, url, depends }) {
  depends('app:results');
  return { results: await orNowhere(locals.api.competitions.getResults({ slug }), url) };
}
