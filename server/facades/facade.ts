import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
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
import { onePer } from '../kit/batcher.ts';
import { sendEvents } from '../kit/http/event-stream.ts';
import { readJson } from '../kit/http/read-json.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
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
    const wire: Wire = { context, req, res, request, left: whenLeft(res) };
    let where = facade.prefix;
    try {
      const found = find(facade, url, req);
      where += found.route.path;
      refuseOddInput({ ...found.params, query: [...found.query] }, false);
      await answer(wire, found);
    } catch (trouble) {
      tellTrouble(wire, facade, where, trouble);
    }
    return true;
  };
}

type Wire = {
  context: Context;
  req: IncomingMessage;
  res: ServerResponse;
  request: RequestContext['request'];
  /** Aborted when whoever asked has left. */
  left: AbortSignal;
};

function whenLeft(res: ServerResponse): AbortSignal {
  const left = new AbortController();
  res.once('close', () => left.abort());
  return left.signal;
}

async function answer(wire: Wire, found: Found): Promise<void> {
  const { context, req, res, left } = wire;
  const { asked, me, stillHolds } = await enter(wire, found);
  // from here on it is heard when they leave
  if (left.aborted) return;
  const { caller } = asked;
  res.once('close', calls(context).take({ name: me }) ?? refuse('RATE_LIMITED', { retry_after_s: 5 }));
  const body = await bodyOf(req);
  refuseOddInput(body, false);
  const { route, params, query } = found;
  const over = new AbortController();
  const gone = AbortSignal.any([left, over.signal]);
  const given = await route.answer({ context, caller, me, params, query, headers: req.headers, body, gone });
  if ('json' in given) return send(res, given.status ?? 200, given.json, given.headers);
  const events = await whileHolds(given.events, { over, ended: takeStream(asked), stillHolds });
  await stream(wire, events, given.headers);
}

/** Each holds a connection, and one generation may be waited for by many. */
const CALLS_MAX = 100;
const calls = onePer<Context, Seats>(() => createSeats({ each: CALLS_MAX }));

/** May they do this, and is there room for it: by the policy of the endpoint that the route is another way to. */
async function enter({ context, req, request }: Wire, { route, params }: Found) {
  const by = async (ask: typeof callerOf) =>
    route.link?.(context, params) ?? callerByKey(context, req.headers, ask);
  const askAgain = () => by(stillCallerOf);
  const caller = await by(callerOf);
  const policy = policies[route.as];
  const here = { mode: context.config.mode, is_local: request.is_local };
  admit(policy, caller, here);
  const asked: RequestContext = { context, caller, askAgain, request, cookies: { set: () => {} } };
  await takeRoom(policy, asked, null);
  const me = caller.account?.id ?? refuse('NOT_SIGNED_IN');
  return { asked, me, stillHolds: async () => admit(policy, await askAgain(), here) };
}

function stream(
  { context, res, request }: Wire,
  events: AsyncIterator<string, unknown, void>,
  headers: Record<string, string> = {},
): Promise<void> {
  const ofTrouble = (error: unknown) => {
    context.log.error({ err: error, request_id: request.id }, 'a stream broke');
    return null;
  };
  return sendEvents(
    res,
    events,
    { of: (line) => line, ofTrouble },
    { ...headers, 'x-accel-buffering': 'no', 'cache-control': 'no-store' },
  );
}

function tellTrouble({ context, req, res, request }: Wire, facade: Facade, where: string, trouble: unknown) {
  // what was not read would be taken for the next request
  if (!req.complete) res.setHeader('connection', 'close');
  const error = asContractError(trouble, { context, request, endpoint: where });
  const shown = facade.asError(problem(error.code, error.data, request.id));
  if (!res.headersSent) send(res, shown.status, shown.json, { ...waitOf(error.data), ...shown.headers });
  else res.destroy();
}

/** What begins with two slashes is a path too, and names no other host. */
const urlFrom = (path: string) => (path.startsWith('/') ? URL.parse(`http://facade.invalid${path}`) : null);

/** These clients write `Bearer`, `Token` or `Key` before the secret; no cookie counts. */
async function callerByKey(
  context: Context,
  { authorization = '' }: IncomingHttpHeaders,
  ask: typeof callerOf,
) {
  const [, secret = ''] = /^(?:Bearer|Token|Key) +(\S+)$/i.exec(authorization) ?? [];
  return ask(context, { authorization: `Bearer ${secret}` });
}

type Found = { route: Route; params: Record<string, string>; query: URLSearchParams };

/** The route that is called, with what its path and its query say. */
function find(facade: Facade, url: URL, { method = 'GET', headers }: IncomingMessage): Found {
  const below = url.pathname.slice(facade.prefix.length);
  const called = urlFrom(facade.pathOf?.(below, headers) ?? below) ?? refuse('UNKNOWN_ROUTE');
  for (const [name, value] of url.searchParams) called.searchParams.append(name, value);
  const parts = called.pathname.split('/');
  for (const route of facade.routes) {
    const params = route.method === method ? paramsOf(route.path.split('/'), parts) : null;
    if (params) return { route, params, query: called.searchParams };
  }
  refuse('UNKNOWN_ROUTE');
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
