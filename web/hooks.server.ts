import { error } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { heard } from './as-told.ts';
import { MEDIA_ORIGIN_PLACEHOLDER } from './csp.ts';
import { paintedFirst } from './painted-first.ts';
import { DIRECTION, LANGUAGE } from './ui/language.ts';
import { themeOf } from './ui/theme.ts';

export const handle: Handle = async ({ event, resolve }) => {
  const stellary = event.platform?.req.stellary;
  if (!stellary)
    error(503, { message: 'The pages were started without the program behind them.', code: 'UNAVAILABLE' });
  event.locals.api = heard(stellary.api);
  event.locals.origin = stellary.public_origin;
  event.locals.languages = stellary.languages;
  event.locals.theme = themeOf(event.cookies.get('theme'));

  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      paintedFirst(
        html.replace('%theme%', event.locals.theme).replace('%lang%', LANGUAGE).replace('%dir%', DIRECTION),
      ),
    // Of the font only the subset that nearly every page needs; the others are fetched when a letter asks for them.
    preload: ({ type, path }) =>
      type === 'js' || type === 'css' || (type === 'font' && path.includes('inter-latin-opsz')),
  });
  secure(response.headers, stellary.media_origin, event.route.id);
  return response;
};

/** What broke is for the log of the server, with the number of the request; the visitor gets its name. */
export const handleError: HandleServerError = (caught) => {
  if (caught.kind !== 'unknown') return {};
  caught.event.platform?.req.stellary?.report(caught.error);
  return { message: 'Something broke on our side.', code: 'INTERNAL' };
};

/** What other sites may show within their own; nothing runs there and nobody is signed in. */
const isFramed = (route: string | null) => route?.startsWith('/embed/') ?? false;
/** Where a creator sees the frames as they will be. */
const showsFrames = (route: string | null) => route === '/program/models/[slug]/share';

/** Completes the policy that kit wrote (it holds the nonce). The other headers are the server's, for every answer. */
function secure(headers: Headers, mediaOrigin: string, route: string | null) {
  const policy = headers.get('content-security-policy')?.replaceAll(MEDIA_ORIGIN_PLACEHOLDER, mediaOrigin);
  if (policy) headers.set('content-security-policy', policyOf(policy, route));
  if (isFramed(route)) headers.set('cross-origin-resource-policy', 'cross-origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}

function policyOf(policy: string, route: string | null): string {
  if (isFramed(route))
    return policy
      .replace("frame-ancestors 'none'", 'frame-ancestors *')
      .replace(/script-src [^;]*/, "script-src 'none'")
      .replace("connect-src 'self'", "connect-src 'none'");
  return showsFrames(route) ? `${policy}; frame-src 'self'` : policy;
}
