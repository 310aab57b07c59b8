import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { id }, url }) {
  return { embed: await orNowhere(locals.api.showcase.getEmbed({ of: 'assets', name: id }), url) };
}
