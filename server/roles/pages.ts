import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants } from 'node:zlib';
import compression from 'compression';
import type { Log } from '../kit/log.ts';
import type { PageClient } from './web.ts';

/** What the pages find on their request; `web/app.d.ts` has the same. */
export type ForPages = {
  api: PageClient;
  /** Where this product is reached from outside: what addresses in feeds and for search engines begin with. */
  public_origin: string;
  media_origin: string;
  mode: 'development' | 'production';
  /** Puts what broke while a page was made into the log of this request. */
  report(error: unknown): void;
};
export type Pages = (req: IncomingMessage, res: ServerResponse, brought: ForPages) => Promise<void>;

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

const BUILT = path.resolve(import.meta.dirname, '../../web/build/handler.js');

/** The built pages; null when they were not built, and the API answers alone. */
export async function loadPages(log: Log): Promise<Pages | null> {
  if (!existsSync(BUILT)) {
    log.warn('the pages are not built: only the API answers');
    return null;
  }
  const { handler } = (await import(pathToFileURL(BUILT).href)) as { handler: Handler };
  return async (req, res, brought) => {
    await new Promise<void>((next) => packed(req, res, () => next()));
    await handler(Object.assign(req, { stellary: brought }), res, () => {
      res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is nothing here.\n');
    });
  };
}
