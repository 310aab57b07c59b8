import type { IncomingMessage } from 'node:http';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether another site's page may have made this request. Whoever brings a cookie, or is a browser at all,
 * must show that the page was ours; a program with a key or with nothing has no page to be misled by.
 */
export function mayComeFromElsewhere(req: IncomingMessage, own_origin: string): boolean {
  const { origin, cookie, authorization } = req.headers;
  if (SAFE.has(req.method ?? 'GET') || authorization !== undefined) return false;
  const site = req.headers['sec-fetch-site'];
  if (cookie === undefined && origin === undefined && site === undefined) return false;
  return origin !== own_origin && site !== 'same-origin';
}

/** The address that the request came from; behind a trusted proxy the one that the proxy saw. */
export function clientIp(req: IncomingMessage, trust_proxy: boolean): string {
  const seen = req.socket.remoteAddress ?? '';
  const forwarded = trust_proxy ? [req.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').at(-1)?.trim() : '';
  return (forwarded || seen).replace(/^::ffff:/, '');
}
