import type { Context } from '../context.ts';
import { cookieHeader } from '../kit/http/cookies.ts';
import type { NewSession } from '../modules/identity/index.ts';

/**
 * `__Host-` binds the cookie to this very host and needs Secure. Browsers take that over plain http from
 * the loopback (Chromium 156: checked on 127.0.0.1 and localhost; Safari does not). A house that is
 * reached over plain http from elsewhere, for a trial in a local network, gets a plain name instead.
 */
export function cookieName(context: Context): string {
  return isSecure(context) ? '__Host-stellary' : 'stellary';
}

export function sessionCookie(context: Context, session: NewSession): string {
  const max_age_s = Math.floor((session.expires_at.getTime() - context.clock.now().getTime()) / 1000);
  return cookieHeader(cookieName(context), session.token, { secure: isSecure(context), max_age_s });
}

export const endedCookie = (context: Context): string =>
  cookieHeader(cookieName(context), '', { secure: isSecure(context), max_age_s: 0 });

export function isSecure(context: Context): boolean {
  const { protocol, hostname } = new URL(context.origins.public);
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
