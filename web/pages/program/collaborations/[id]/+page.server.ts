import { orNowhere } from '#web/load.ts';

export async function load({ locals, params, url, parent }) {
  const proposal = await orNowhere(locals.api.collaborations.getCollaboration({ id: params.id }), url);
  const { me } = await parent();
  return { proposal, mine: me.account?.handle ?? '' };
}
