import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { slug }, url }) {
  return { showcase: await orNowhere(locals.api.showcase.getShowcase({ slug }), url) };
}
