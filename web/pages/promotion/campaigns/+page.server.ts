import { oneOf, orRefuse } from '#web/load.ts';

const shows = ['open', 'over'] as const;

export async function load({ locals, url }) {
  const show = oneOf(shows, url.searchParams.get('show')) ?? 'open';
  return { show, campaigns: await orRefuse(locals.api.campaigns.listCampaignDesk({ show, limit: 20 }), url) };
}
