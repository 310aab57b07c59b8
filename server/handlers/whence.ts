import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '../context.ts';
import { DAY_MS } from '../kit/clock.ts';
import { cookieHeader, readCookie } from '../kit/http/cookies.ts';
import { householdOf } from '../kit/networks.ts';
import { isRobot } from '../kit/robots.ts';
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
  const household = householdOf(request.ip);
  return {
    device: digest('device', token),
    network: household === null ? null : digest('network', household),
  };
}

/**
 * Whether a person opens a page with this request. Browsers say so themselves and pages cannot make them lie: an image,
 * a frame or a script that fetches a link so that its cookie is set says something else.
 */
export function opensPage(headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-dest': dest, 'sec-fetch-mode': mode, 'user-agent': agent = '' } = headers;
  const early = headers['sec-purpose'] ?? headers['purpose'];
  return dest === 'document' && mode === 'navigate' && early === undefined && !isRobot(agent);
}
