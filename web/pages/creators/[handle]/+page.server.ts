import { orRefuse } from '#web/load.ts';

export async function load({ locals, params, url }) {
  return { creator: await orRefuse(locals.api.marketplace.getCreator({ handle: params.handle }), url) };
}
