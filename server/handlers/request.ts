import type { Context } from '../context.ts';
import type { Caller } from '../modules/identity/index.ts';

/** What one request brings along: who calls, from where, and the cookies to be set with the answer. */
export type RequestContext = {
  context: Context;
  caller: Caller;
  /** Asks once more who calls, for what lasts longer than one answer. */
  askAgain: () => Promise<Caller>;
  request: {
    id: string;
    ip: string;
    /** Made on this very machine, past no proxy. */
    is_local: boolean;
    user_agent: string;
    /** The token of this browser, where it has one. */
    device: string | null;
    /** A person opens a page with it: no picture, no frame, no fetch, nothing loaded in advance. */
    opens_page: boolean;
  };
  cookies: { set(cookie: string): void };
  /** The endpoint whose policy and limit this request has passed already: an upload's, before its body was read. */
  let_in?: string;
};
