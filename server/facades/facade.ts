import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import * as z from 'zod';
import type { Context } from '../context.ts';
import { callerOf, stillCallerOf } from '../handlers/caller.ts';
import { asContractError } from '../handlers/errors.ts';
import { admit } from '../handlers/guard.ts';
import { refuseOddInput } from '../handlers/odd-input.ts';
import { type Problem, problem, retryAfterOf } from '../handlers/problems.ts';
import type { RequestContext } from '../handlers/request.ts';
import { takeRoom, takeStream } from '../handlers/room.ts';
import { whileHolds } from '../handlers/streams.ts';
import type { AccountId } from '../ids.ts';
import { readJson } from '../kit/http/read-json.ts';
import { type Endpoint, policies } from '../policy.ts';
import { refuse } from '../refuse.ts';

/** What a client of somebody else's asks for, once it is known whose key it brings. */
export type Call = {
  context: Context;
  caller: RequestContext['caller'];
  me: AccountId;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: unknown;
  /** Aborted when whoever asked has left, or may no longer ask. */
  gone: AbortSignal;
};

export type Answer = { headers?: Record<string, string> } & (
  | { status?: number; json: unknown }
  /** Lines of server-sent events, ready to be written. */
  | { events: AsyncIterator<string, unknown, void> }
);

export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'QUERY';
  /** Below the prefix of the facade; `:name` is a part of its own. */
  path: string;
  /** The endpoint of the contract that this is another way to: its policy holds, and its room is used up. */
  as: Endpoint;
  answer(call: Call): Promise<Answer>;
  /** Whose call it is, where the path itself proves it: for links that are followed without a key. */
  link?(context: Context, params: Record<string, string>): Promise<RequestContext['caller']>;
};

/** The wire of somebody else's API before our own flows and views. It decides nothing. */
export type Facade = {
  prefix: string;
  routes: readonly Route[];
  /** A refusal of ours in the words of that API. */
  asError(refused: Problem): { status: number; json: unknown; headers?: Record<string, string> };
  /** Where the path travels in a header instead. */
  pathOf?(path: string, headers: IncomingHttpHeaders): string;
};

const BODY_BYTES_MAX = 100_000;
const PING_MS = 15_000;
const WORDS_CHARS_MAX = 1_000;
/** Not the bare name, under which errors would leave as problem+json, which these clients do not read. */
const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers what lies below the prefix of a facade; false: it is not for any of them. */
export function answerFacades(context: Context, facades: readonly Facade[]) {
  return async (
    req: IncomingMessage,
    res: ServerResponse,
    request: RequestContext['request'],
  ): Promise<boolean> => {
    const url = urlFrom(req.url ?? '/');
    const facade = url && facades.find(({ prefix }) => url.pathname.startsWith(`${prefix}/`));
    if (!url || !facade) return false;
    const left = new AbortController();
    res.once('close', () => left.abort());
    let where = facade.prefix;
    try {
      const below = url.pathname.slice(facade.prefix.length);
      const path = urlFrom(facade.pathOf?.(below, req.headers) ?? below) ?? refuse('UNKNOWN_ROUTE');
      const found = find(facade, req.method ?? 'GET', path.pathname) ?? refuse('UNKNOWN_ROUTE');
      where += found.route.path;
      for (const [name, value] of url.searchParams) path.searchParams.append(name, value);
      refuseOddInput({ ...found.params, query: [...path.searchParams] }, false);
      await answer(found, { req, res, request, query: path.searchParams, left });
    } catch (trouble) {
      // what was not read would be taken for the next request
      if (!req.complete) res.setHeader('connection', 'close');
      const error = asContractError(trouble, { context, request, endpoint: where });
      const shown = facade.asError(problem(error.code, error.data, request.id));
      if (!res.headersSent) send(res, shown.status, shown.json, { ...waitOf(error.data), ...shown.headers });
      else res.destroy();
    }
    return true;
  };

  type Found = { route: Route; params: Record<string, string> };
  type Asked = {
    req: IncomingMessage;
    res: ServerResponse;
    request: RequestContext['request'];
    query: URLSearchParams;
    left: AbortController;
  };

  async function answer({ route, params }: Found, { req, res, request, query, left }: Asked): Promise<void> {
    const who = () => route.link?.(context, params) ?? callerByKey(context, req.headers, callerOf);
    const again = () => route.link?.(context, params) ?? callerByKey(context, req.headers, stillCallerOf);
    const caller = await who();
    const policy = policies[route.as];
    const here = { mode: context.config.mode, is_local: request.is_local };
    admit(policy, caller, here);
    const asked: RequestContext = { context, caller, askAgain: again, request, cookies: { set: () => {} } };
    await takeRoom(policy, asked, null);
    // from here on it is heard when they leave
    if (left.signal.aborted) return;
    const leave = takeSeat(context, caller);
    res.once('close', leave);
    const body = await bodyOf(req);
    refuseOddInput(body, false);
    const me = caller.account?.id ?? refuse('NOT_SIGNED_IN');
    const over = new AbortController();
    const gone = AbortSignal.any([left.signal, over.signal]);
    const given = await route.answer({
      context,
      caller,
      me,
      params,
      query,
      headers: req.headers,
      body,
      gone,
    });
    if ('json' in given) return send(res, given.status ?? 200, given.json, given.headers);
    const events = await whileHolds(given.events, {
      over,
      ended: takeStream(asked),
      stillHolds: async () => admit(policy, await again(), here),
    });
    res.writeHead(200, {
      ...given.headers,
      'x-accel-buffering': 'no',
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    const lines = Readable.from({ [Symbol.asyncIterator]: () => events });
    lines.once('error', (error) => {
      context.log.error({ err: error, request_id: request.id }, 'a stream broke');
      res.destroy();
    });
    // proxies close what is silent for a minute
    const ping = setInterval(() => res.write(': \n\n'), PING_MS);
    lines.once('close', () => clearInterval(ping));
    lines.pipe(res);
    left.signal.addEventListener('abort', () => lines.destroy(), { once: true });
    if (left.signal.aborted) lines.destroy();
  }
}

/** Each holds a connection, and one generation may be waited for by many. */
const CALLS_MAX = 100;
const calls = new WeakMap<Context, Map<string, number>>();

/** Notes that a caller waits for one more answer; the answer says that they have left. */
function takeSeat(context: Context, { account }: RequestContext['caller']): () => void {
  const counts = calls.get(context) ?? new Map<string, number>();
  calls.set(context, counts);
  const who = account?.id ?? refuse('NOT_SIGNED_IN');
  const count = counts.get(who) ?? 0;
  if (count >= CALLS_MAX) refuse('RATE_LIMITED', { retry_after_s: 5 });
  counts.set(who, count + 1);
  return () => {
    const left = (counts.get(who) ?? 1) - 1;
    if (left > 0) counts.set(who, left);
    else counts.delete(who);
  };
}

/** What begins with two slashes is a path too, and names no other host. */
const urlFrom = (path: string) => (path.startsWith('/') ? URL.parse(`http://facade.invalid${path}`) : null);

/** These clients write `Bearer`, `Token` or `Key` before the secret; no cookie counts. */
async function callerByKey(
  context: Context,
  { authorization = '' }: IncomingHttpHeaders,
  find: typeof callerOf,
) {
  const [, secret = ''] = /^(?:Bearer|Token|Key) +(\S+)$/i.exec(authorization) ?? [];
  return find(context, { authorization: `Bearer ${secret}` });
}

function find({ routes }: Facade, method: string, path: string) {
  const parts = path.split('/');
  for (const route of routes) {
    const params = route.method === method ? paramsOf(route.path.split('/'), parts) : null;
    if (params) return { route, params };
  }
  return null;
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [place, name] of pattern.entries()) {
    const part = parts[place] ?? '';
    if (!name.startsWith(':')) {
      if (name !== part) return null;
      continue;
    }
    const value = decoded(part);
    if (!value) return null;
    params[name.slice(1)] = value;
  }
  return params;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  if (req.method === 'GET') return {};
  if (req.method === 'QUERY') return textOf(req);
  const read = await readJson(req, BODY_BYTES_MAX);
  if ('json' in read) return read.json;
  if (read.trouble === 'too large') refuse('BODY_TOO_LARGE');
  refuse(read.trouble === 'malformed' ? 'MALFORMED_JSON' : 'UNSUPPORTED_MEDIA_TYPE');
}

/** A search comes as bare words. */
async function textOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) {
    text += chunk;
    if (text.length > WORDS_CHARS_MAX) refuse('BODY_TOO_LARGE');
  }
  return text;
}

function send(
  res: ServerResponse,
  status: number,
  json: unknown,
  headers: Record<string, string> = {},
): void {
  if (res.destroyed) return;
  res.writeHead(status, { ...headers, 'content-type': JSON_TYPE, 'cache-control': 'no-store' });
  res.end(JSON.stringify(json));
}

function waitOf(data: unknown): Record<string, string> {
  const wait_s = retryAfterOf(data);
  return wait_s === null ? {} : { 'retry-after': String(wait_s) };
}

const Issues = z.array(z.object({ path: z.string(), message: z.string() }));

/** What is amiss with an input, field by field, where a refusal says so. */
export const issuesOf = (refused: Record<string, unknown>) => Issues.safeParse(refused['issues']).data;

/** What was sent, as the schema has it; refuses what does not fit, field by field. */
export function readAs<Schema extends z.ZodType>(schema: Schema, sent: unknown): z.output<Schema> {
  const read = schema.safeParse(sent);
  if (read.success) return read.data;
  refuse('INVALID_INPUT', {
    issues: read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}
