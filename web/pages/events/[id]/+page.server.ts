import { orNowhere } from '#web/load.ts';

export async function load({ locals, params, url }) {
  return { event: await orNowhere(locals.api.events.getEvent({ id: params.id }), url) };
}
