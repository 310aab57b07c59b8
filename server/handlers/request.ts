import type { Context } from '../context.ts';
import type { Caller } from '../modules/identity/index.ts';

/** What one request brings along: who calls, from where, and the cookies to be set with the answer. */
export type RequestContext = {
  context: Context;
  caller: Caller;
  request: { id: string; ip: string; user_agent: string };
  cookies: { set(cookie: string): void };
};
