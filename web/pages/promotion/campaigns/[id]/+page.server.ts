import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { id }, url, depends }) {
  depends('app:campaign');
  return { campaign: await orNowhere(locals.api.campaigns.getCampaignFile({ id }), url) };
}
