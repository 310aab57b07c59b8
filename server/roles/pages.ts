import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants } from 'node:zlib';
import compression from 'compression';
import { readCookie } from '../kit/http/cookies.ts';
import { languageFor } from '../kit/http/language.ts';
import type { Log } from '../kit/log.ts';
import { builtFile, languagesAsked } from '../languages.ts';
import type { PageClient } from './web.ts';

/** What the pages find on their request; `web/app.d.ts` has the same. */
export type ForPages = {
  api: PageClient;
  /** Where this product is reached from outside: what addresses in feeds and for search engines begin with. */
  public_origin: string;
  media_origin: string;
  mode: 'development' | 'production';
  /** What the pages can be read in; the first is the one they are written in. */
  languages: readonly string[];
  /** Puts what broke while a page was made into the log of this request. */
  report(error: unknown): void;
};
export type Pages = (
  req: IncomingMessage,
  res: ServerResponse,
  brought: Omit<ForPages, 'languages'>,
) => Promise<void>;

type Handler = (
  req: IncomingMessage & { stellary?: ForPages },
  res: ServerResponse,
  next: () => void,
) => unknown;

/**
 * Pages are text, and pack to a sixth. Scripts and styles lie packed already. No page holds a secret beside words that
 * somebody else chose, so how well one packs gives nothing away.
 */
const packed = compression({
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  // its types are Express's, and it asks for nothing that is not Node's
}) as unknown as Handler;

const OWN = 'en';
const BUILT = path.resolve(import.meta.dirname, '../../web/build');

/** The built pages; null when they were not built, and the API answers alone. */
export async function loadPages(log: Log, asked: readonly string[] | null): Promise<Pages | null> {
  if (!existsSync(path.join(BUILT, 'handler.js'))) {
    log.warn('the pages are not built: only the API answers');
    return null;
  }
  const languages: [string, ...string[]] = [OWN, ...languagesAsked(asked).filter(isBuilt(log))];
  const handlers = new Map([[OWN, handlerIn(path.join(BUILT, 'handler.js'))]]);
  await handlers.get(OWN);

  /** A language takes memory once somebody reads it. */
  const handlerFor = (language: string): Promise<Handler> => {
    const handler = handlers.get(language) ?? handlerIn(builtFile(language, 'handler.js') ?? '');
    handlers.set(language, handler);
    return handler;
  };

  return async (req, res, brought) => {
    const language = languageOf(req, languages);
    if (languages.length > 1)
      res.setHeader('content-language', language).setHeader('vary', 'accept-language, cookie');
    await new Promise<void>((next) => packed(req, res, () => next()));
    const handler = await handlerFor(language);
    await handler(Object.assign(req, { stellary: { ...brought, languages } }), res, () => {
      res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is nothing here.\n');
    });
  };
}

const handlerIn = async (file: string): Promise<Handler> => {
  const built = (await import(pathToFileURL(file).href)) as { handler: Handler };
  return built.handler;
};

const isBuilt = (log: Log) => (language: string) => {
  const isThere = builtFile(language, 'handler.js') !== null;
  if (!isThere) log.warn({ language }, 'the pages are not built in this language: it is left out');
  return isThere;
};

/** Scripts and styles say in their path whose they are; pages follow whoever reads them. */
function languageOf({ url = '/', headers }: IncomingMessage, languages: [string, ...string[]]): string {
  const [, owner = ''] = /^\/_app\/([^/]+)\//.exec(url) ?? [];
  if (languages.includes(owner)) return owner;
  if (url.startsWith('/_app/')) return OWN;
  const chosen = readCookie(headers.cookie, 'language') ?? undefined;
  return languageFor({ chosen, accepted: headers['accept-language'] }, languages);
}
