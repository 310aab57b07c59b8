import { orRefuse } from '#web/load.ts';

export async function load({ locals, params, url }) {
  const { handle } = params;
  const creator = await orRefuse(locals.api.marketplace.getCreator({ handle }), url);
  return { creator, creations: await orRefuse(locals.api.marketplace.listCreations({ maker: handle }), url) };
}
