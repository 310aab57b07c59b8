import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Context } from '../context.ts';
import { DAY_MS } from '../kit/clock.ts';
import { cookieHeader, readCookie } from '../kit/http/cookies.ts';
import type { Whence } from '../modules/campaigns/index.ts';
import type { RequestContext } from './request.ts';
import { isSecure } from './session-cookie.ts';

/**
 * A browser gets a token of its own when it comes by somebody's link and when somebody signs in: by it the link is
 * found when an account is opened, and two accounts in one browser are known for one household. Kept are digests.
 */
const nameOf = (context: Context) => (isSecure(context) ? '__Host-device' : 'device');
const TOKEN = /^[\w-]{22}$/;
const TOKEN_BYTES = 16;
export const DEVICE_DAYS = 180;

export function deviceOf(context: Context, cookie: string | undefined): string | null {
  const token = readCookie(cookie, nameOf(context));
  return token && TOKEN.test(token) ? token : null;
}

/** Where a request comes from; the browser is given a token where it has none, and keeps it for longer. */
export function whenceOf({ context, request, cookies }: RequestContext): Whence {
  const token = request.device ?? randomBytes(TOKEN_BYTES).toString('base64url');
  const max_age_s = (DEVICE_DAYS * DAY_MS) / 1000;
  cookies.set(cookieHeader(nameOf(context), token, { secure: isSecure(context), max_age_s }));
  const digest = (word: string, text: string) =>
    createHmac('sha256', context.referral_key).update(`${word}\0${text}`).digest();
  const network = networkOf(request.ip);
  return { device: digest('device', token), network: network === null ? null : digest('network', network) };
}

const SAYS_NOTHING = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  SAYS_NOTHING.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  SAYS_NOTHING.addSubnet(net, prefix, 'ipv6');

/**
 * The network of one household: an address of version 4, the first 64 bits of one of version 6. Addresses that many
 * places have say nothing: this machine, a local network, the shared ones of providers.
 */
export function networkOf(ip: string): string | null {
  const version = isIP(ip);
  if (version === 0 || SAYS_NOTHING.check(ip, version === 4 ? 'ipv4' : 'ipv6')) return null;
  if (version === 4) return ip;
  const [head = '', tail = ''] = ip.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = ip.includes('::') ? Array.from({ length: 8 - before.length - after.length }, () => '0') : [];
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const BOTS = /bot\b|crawl|spider|preview|facebookexternalhit|slurp|headless/i;

/**
 * Whether a person opens a page with this request. Browsers say so themselves and pages cannot make them lie: an image,
 * a frame or a script that fetches a link so that its cookie is set says something else.
 */
export function opensPage(headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-dest': dest, 'sec-fetch-mode': mode, 'user-agent': agent = '' } = headers;
  const early = headers['sec-purpose'] ?? headers['purpose'];
  return dest === 'document' && mode === 'navigate' && early === undefined && !BOTS.test(agent);
}
