import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

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

/**
 * Whether a request names us. A stranger's host name may be pointed at this address after their page was
 * loaded (DNS rebinding), and its requests then look like our own; a bare address cannot be pointed anywhere.
 */
export function isAskedFor(req: IncomingMessage, own_origin: string): boolean {
  const name = URL.parse(`http://${req.headers.host ?? ''}`)?.hostname ?? '';
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || name === 'localhost' || name === new URL(own_origin).hostname;
}

/**
 * Whether the request was made on this very machine. What a proxy passed on was not, even where its word on
 * the address counts elsewhere.
 */
export function isLocal(req: IncomingMessage): boolean {
  const passedOn = req.headers['x-forwarded-for'] ?? req.headers.forwarded;
  return passedOn === undefined && /^(::1|(::ffff:)?127\.[\d.]+)$/.test(req.socket.remoteAddress ?? '');
}

/** The address that the request came from; behind a trusted proxy the one that the proxy saw. */
export function clientIp(req: IncomingMessage, trust_proxy: boolean): string {
  const seen = req.socket.remoteAddress ?? '';
  const forwarded = trust_proxy
    ? [req.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').at(-1)?.trim()
    : '';
  return (forwarded || seen).replace(/^::ffff:/, '');
}
