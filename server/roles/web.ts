import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRouterClient } from '@orpc/server';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { EDIT_JSON_BYTES_MAX } from '#api/registry/edit-shapes.ts';
import about from '../../package.json' with { type: 'json' };
import type { Context } from '../context.ts';
import { answerFacades, facades } from '../facades/index.ts';
import { callerOf, stillCallerOf } from '../handlers/caller.ts';
import { asContractError } from '../handlers/errors.ts';
import { router } from '../handlers/index.ts';
import { deviceOf, opensPage } from '../handlers/whence.ts';
import { openApiDocument } from '../handlers/openapi.ts';
import { problem, problemOfError, retryAfterOf, sendProblem } from '../handlers/problems.ts';
import { linesOfEvents } from '../handlers/event-lines.ts';
import type { RequestContext } from '../handlers/request.ts';
import { isStream } from '../handlers/streams.ts';
import { dress } from '../kit/http/dress.ts';
import { sendEvents } from '../kit/http/event-stream.ts';
import { listen, urlOf } from '../kit/http/listen.ts';
import { clientIp, isAskedFor, isLocal, mayComeFromElsewhere } from '../kit/http/origin.ts';
import { readJson } from '../kit/http/read-json.ts';
import { refuse } from '../refuse.ts';
import { BOOKS_KEPT_S } from '../views/books-for-many.ts';
import { startMedia } from './media.ts';
import { loadPages, type Pages } from './pages.ts';
import { mayGoOn, receive, uploadAt } from './uploads.ts';
import { wellKnown } from './well-known.ts';

export type Web = { url: string; media_url: string; close(): Promise<void> };

/** Answers: the API, its document, the pages, and on a port of their own the media. */
export async function startWeb(context: Context): Promise<Web> {
  const { config, log, origins } = context;
  const pages = await loadPages(log, config.languages);
  const media = await startMedia(context);
  origins.media = config.media_url ?? urlOf(config.host, media.port);
  const answer = answerer(context, pages);
  const web = await listen({ name: 'web server', host: config.host, port: config.port, answer, log }).catch(
    async (error: unknown) => {
      await media.close();
      throw error;
    },
  );
  origins.public = new URL(config.public_url ?? urlOf(config.host, web.port)).origin;
  return {
    url: origins.public,
    media_url: origins.media,
    close: async () => void (await Promise.all([web.close(), media.close()])),
  };
}

const BODY_BYTES_MAX = 100_000;
const LARGER: { path: RegExp; body_bytes_max: number }[] = [
  /** A whole application as it is written; the flow that saves it says how long it may be. */
  { path: /^\/api\/v1\/applications\/[^/]+$/, body_bytes_max: 300_000 },
  /** Many models at once, with tags and short texts; with all their texts they come as a file. */
  { path: /^\/api\/v1\/edit-sets$/, body_bytes_max: EDIT_JSON_BYTES_MAX },
];
const bodyBytesMax = (path: string) =>
  LARGER.find((one) => one.path.test(path))?.body_bytes_max ?? BODY_BYTES_MAX;
const PREFIX = '/api/v1';
const PRIVATE = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
/** Signed roots hold us to our word: pages of anybody may read them, and no cookie is asked for. */
const READ_ANYWHERE = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};
const isReadAnywhere = (path: string) =>
  /^\/api\/v1\/(receipt-(roots|days)(\/|$)|books(\/liabilities)?$)/.test(path);

/** What says the same to everybody may be kept for as long as it is read again only after. */
const PUBLIC = [`${PREFIX}/books`, `${PREFIX}/books/liabilities`];
const FOR_ANYBODY = { 'cache-control': `public, max-age=${BOOKS_KEPT_S}` };
const isPublic = (url: { pathname: string } | string) =>
  PUBLIC.includes(typeof url === 'string' ? (url.split('?')[0] ?? '') : url.pathname);

type Brought = Omit<RequestContext, 'caller' | 'askAgain'>;

/** One request. What all answers share is put on first; then the path decides. */
/** The address of somebody's own calendar is a secret, and a log is none. */
const withoutSecret = (path: string) => path.replace(/^(\/calendars\/).+/, '$1…');

function answerer(context: Context, pages: Pages | null) {
  const { config, origins } = context;
  const api = apiHandler();
  const document = documentOnce();
  const answerWellKnown = wellKnown(context);
  const answerFacade = answerFacades(context, facades);

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const request = requestOf(context, req);
    const cookies: string[] = [];
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    const isApi = path === '/api' || path.startsWith('/api/');
    dress(res, {
      https: origins.public.startsWith('https:'),
      request_id: request.id,
      cookies,
      ...(isApi && { more: isReadAnywhere(path) ? { ...PRIVATE, ...READ_ANYWHERE } : PRIVATE }),
    });
    const brought = { context, request, cookies: { set: (cookie: string) => void cookies.push(cookie) } };
    if (!isAskedFor(req, origins.public) || mayComeFromElsewhere(req, origins.public))
      return sendProblem(res, problem('ORIGIN_REFUSED', undefined, request.id));
    if (path === '/api/openapi.json') return document(res);
    if (await answerWellKnown(req, res, path)) return;
    if (await answerFacade(req, res, request)) return;
    if (isApi) return answerApi(req, res, path, brought);
    if (!pages) return sendProblem(res, problem('UNKNOWN_ROUTE', undefined, request.id));
    await pages(req, res, {
      api: clientFor(req, brought),
      public_origin: origins.public,
      media_origin: origins.media,
      mode: config.mode,
      report: (error) =>
        context.log.error({ err: error, request_id: request.id, path: withoutSecret(path) }, 'a page broke'),
    });
  };

  async function answerApi(req: IncomingMessage, res: ServerResponse, path: string, brought: Brought) {
    const upload = req.method === 'POST' ? uploadAt(path) : null;
    try {
      const body = upload ? undefined : await jsonOf(req, path);
      const caller = await callerOf(context, req.headers);
      const asked = { ...brought, caller, askAgain: () => stillCallerOf(context, req.headers) };
      if (upload) await receive(req, upload, asked, (file) => answerCall(req, res, { body: file }, asked));
      else await answerCall(req, res, { body }, asked);
    } catch (trouble) {
      if (res.headersSent || res.destroyed) throw trouble;
      const error = asContractError(trouble, { ...brought, endpoint: upload?.endpoint ?? 'who is calling' });
      if (error.code === 'NOT_SIGNED_IN') res.setHeader('www-authenticate', 'Bearer');
      if (!mayGoOn(req)) res.setHeader('connection', 'close');
      sendProblem(res, problem(error.code, error.data, brought.request.id));
    }
  }

  async function answerCall(req: IncomingMessage, res: ServerResponse, body: object, asked: RequestContext) {
    const { matched } = await api.handle(Object.assign(req, body), res, {
      prefix: PREFIX,
      context: { ...asked, res },
    });
    if (!matched) sendProblem(res, problem('UNKNOWN_ROUTE', undefined, asked.request.id));
  }
}

type OverHttp = RequestContext & { res: ServerResponse };

function apiHandler(): OpenAPIHandler<OverHttp> {
  return new OpenAPIHandler<OverHttp>(router, {
    customErrorResponseBodyEncoder: problemOfError,
    clientInterceptors: [
      async ({ context, next }) => {
        const output = await next();
        if (!isStream(output)) return output;
        // once it is over nothing is left to be answered
        await sendEvents(context.res, output, linesOfEvents);
        return undefined;
      },
    ],
    rootInterceptors: [
      // a GET whose body Node leaves out
      (call) =>
        call.request.method === 'HEAD'
          ? call.next({ ...call, request: { ...call.request, method: 'GET' } })
          : call.next(),
      async (call) => {
        const result = await call.next();
        if (!result.matched) return result;
        if (result.response.status === 200 && isPublic(call.request.url)) {
          const headers = { ...result.response.headers, ...FOR_ANYBODY };
          return { ...result, response: { ...result.response, headers } };
        }
        if (result.response.status < 400) return result;
        const { id } = call.context.request;
        const sent = { ...(result.response.body as object), instance: `urn:uuid:${id}`, request_id: id };
        const wait_s = retryAfterOf(sent);
        const wait = wait_s === null ? {} : { 'retry-after': String(wait_s) };
        return {
          ...result,
          response: { ...result.response, headers: { ...result.response.headers, ...wait }, body: sent },
        };
      },
    ],
  });
}

/** The body of a request that may have one, as the API handler expects to find it. */
async function jsonOf(req: IncomingMessage, path: string): Promise<unknown> {
  if (req.method === 'GET' || req.method === 'HEAD') return undefined;
  const body = await readJson(req, bodyBytesMax(path));
  if ('json' in body) return body.json;
  const codes = {
    malformed: 'MALFORMED_JSON',
    'wrong type': 'UNSUPPORTED_MEDIA_TYPE',
    'too large': 'BODY_TOO_LARGE',
  } as const;
  return refuse(codes[body.trouble]);
}

/** The contract for a page of this request: who calls is only looked up when the page asks for something. */
function clientFor(req: IncomingMessage, brought: Brought) {
  const { cookie } = req.headers;
  let found: Promise<RequestContext> | null = null;
  const withCaller = async (): Promise<RequestContext> => ({
    ...brought,
    caller: await callerOf(brought.context, { cookie }),
    askAgain: () => stillCallerOf(brought.context, { cookie }),
  });
  return createRouterClient(router, {
    context: () =>
      (found ??= withCaller().catch((trouble: unknown) => {
        throw asContractError(trouble, { ...brought, endpoint: 'who is calling' });
      })),
  });
}
export type PageClient = ReturnType<typeof clientFor>;

const requestOf = (context: Context, req: IncomingMessage): RequestContext['request'] => ({
  id: randomUUID(),
  ip: clientIp(req, context.config.trust_proxy),
  is_local: isLocal(req),
  user_agent: req.headers['user-agent'] ?? '',
  // asked for by next to nobody
  get device() {
    return deviceOf(context, req.headers.cookie);
  },
  get opens_page() {
    return opensPage(req.headers);
  },
});

/** Made when first asked for: it takes a moment and most processes are never asked. */
function documentOnce() {
  let text: Promise<string> | null = null;
  return async (res: ServerResponse): Promise<void> => {
    const body = await (text ??= openApiDocument(about.version).then((document) => JSON.stringify(document)));
    res
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' })
      .end(body);
  };
}
