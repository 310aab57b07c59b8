import { error, json } from '@sveltejs/kit';
import { orNowhere } from '#web/load.ts';
import { addressed, oembed } from '#ui/share/oembed.ts';

const KEPT_S = 3_600;
const PX_MAX = 4_000;

/** What another site needs to show a page of ours within its own: by oembed.com, as JSON. */
export async function GET({ locals: { api, origin }, url }) {
  const format = url.searchParams.get('format') ?? 'json';
  if (format !== 'json') error(501, { message: 'This is answered as JSON only.', code: 'NOT_FOUND' });
  const most = { width_max: pixels('maxwidth'), height_max: pixels('maxheight') };
  const found = addressed(origin, url.searchParams.get('url') ?? '');
  if (!found) error(404, { message: 'There is nothing of this address to be framed.', code: 'NOT_FOUND' });
  const embed = await orNowhere(api.showcase.getEmbed(found), url);
  return json(oembed(origin, embed, most), {
    headers: {
      'cache-control': `public, max-age=${KEPT_S}`,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    },
  });

  /** What is no whole number counts as left out. */
  function pixels(name: string): number {
    const text = url.searchParams.get(name) ?? '';
    return /^[1-9]\d{0,3}$/.test(text) ? Math.min(Number(text), PX_MAX) : PX_MAX;
  }
}
