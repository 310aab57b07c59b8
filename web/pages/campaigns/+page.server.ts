import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const { items } = await orRefuse(locals.api.campaigns.listCampaigns({}), url);
  return { campaigns: items };
}
