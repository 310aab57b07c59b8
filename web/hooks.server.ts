import { error } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { MEDIA_ORIGIN_PLACEHOLDER } from './csp.ts';
import { themeOf } from './ui/theme.ts';

export const handle: Handle = async ({ event, resolve }) => {
  const stellary = event.platform?.req.stellary;
  if (!stellary)
    error(503, { message: 'The pages were started without the program behind them.', code: 'UNAVAILABLE' });
  event.locals.api = stellary.api;
  event.locals.origin = stellary.public_origin;
  event.locals.theme = themeOf(event.cookies.get('theme'));

  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%theme%', event.locals.theme),
    // Of the font only the subset that nearly every page needs; the others are fetched when a letter asks for them.
    preload: ({ type, path }) =>
      type === 'js' || type === 'css' || (type === 'font' && path.includes('inter-latin-opsz')),
  });
  secure(response.headers, stellary.media_origin);
  return response;
};

/** What broke is for the log of the server, with the number of the request; the visitor gets its name. */
export const handleError: HandleServerError = (caught) => {
  if (caught.kind !== 'unknown') return {};
  caught.event.platform?.req.stellary?.report(caught.error);
  return { message: 'Something broke on our side.', code: 'INTERNAL' };
};

/** Completes the policy that kit wrote (it holds the nonce). The other headers are the server's, for every answer. */
function secure(headers: Headers, mediaOrigin: string) {
  const policy = headers.get('content-security-policy');
  if (policy)
    headers.set('content-security-policy', policy.replaceAll(MEDIA_ORIGIN_PLACEHOLDER, mediaOrigin));
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}
