import { createHash } from 'node:crypto';
import { error } from '@sveltejs/kit';
import { oneOf, orNowhere } from '#web/load.ts';

const KEPT_S = 3_600;
const OF = ['models', 'creators', 'assets', 'showcases', 'campaigns', 'rounds', 'pages'] as const;

/** The picture that goes along where an address of ours is passed on; other sites may show it. */
export async function GET({ locals: { api }, params, url, request }) {
  const of = oneOf(OF, params.of);
  if (!of) error(404, { message: 'There is no such card.', code: 'NOT_FOUND' });
  const width = url.searchParams.get('width') === '600' ? '600' : '1200';
  const file = await orNowhere(api.showcase.getCard({ of, name: params.name, width }), url);
  const bytes = await file.arrayBuffer();
  const etag = `"${createHash('sha256').update(new Uint8Array(bytes)).digest('base64url').slice(0, 22)}"`;
  const headers = {
    etag,
    'content-type': 'image/jpeg',
    'cache-control': `public, max-age=${KEPT_S}`,
    'cross-origin-resource-policy': 'cross-origin',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  return new Response(bytes, { headers });
}
