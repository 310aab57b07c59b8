import { orNowhere } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

export async function load({ locals, params: { slug }, url, depends }) {
  depends('app:campaign');
  const campaign = await orNowhere(locals.api.campaigns.getCampaign({ slug }), url);
  return { campaign, story: parseMarkdown(campaign.story) };
}
