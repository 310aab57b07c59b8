import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  return { first: await orRefuse(locals.api.marketplace.listFeed({}), url) };
}
