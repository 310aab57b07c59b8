import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import send from 'send';
import type { Context } from '../context.ts';
import { dress } from '../kit/http/dress.ts';
import { listen, type Listener } from '../kit/http/listen.ts';
import type { MediaTarget } from '../kit/media-links.ts';

/** What is stored under these endings; nothing else is served. The bytes do not choose their type. */
const TYPES: Readonly<Record<string, string>> = {
  webp: 'image/webp',
  png: 'image/png',
  jpg: 'image/jpeg',
  avif: 'image/avif',
  mp4: 'video/mp4',
  webm: 'video/webm',
  flac: 'audio/flac',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  mid: 'audio/midi',
};

/** Media lie on an origin of their own, so that a file that turns out to be a page is nobody's page. */
export function startMedia(context: Context): Promise<Listener> {
  const { config, log } = context;
  return listen({
    name: 'media server',
    host: config.host,
    port: config.media_port,
    log,
    answer: (req, res) => answer(context, req, res),
  });
}

async function answer(context: Context, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { origins, clock } = context;
  dress(res, {
    https: origins.media.startsWith('https:'),
    request_id: randomUUID(),
    more: headersFor(origins.public),
  });
  const url = URL.parse(req.url ?? '/', 'http://media');
  const target = url && context.media_links.read(url.pathname, url.searchParams, clock.now());
  const type = target && TYPES[target.extension];
  if (!url || !target || !type) return nothing(res);
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const expires_ms = Number(url.searchParams.get('e')) * 1000 - clock.now().getTime();
  res.setHeader('content-type', type);
  res.setHeader('cache-control', `public, max-age=${Math.floor(expires_ms / 1000)}, immutable`);
  // whoever is not to know it by its address is not told here either
  if (!target.blind) res.setHeader('etag', `"${target.digest}"`);
  if (target.download_name)
    res.setHeader('content-disposition', attachment(target.download_name, target.extension));
  await stream(context, req, res, target);
}

const headersFor = (public_origin: string) => ({
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': public_origin,
  'access-control-expose-headers': 'content-length, content-range, accept-ranges, etag',
});

function stream(
  context: Context,
  req: IncomingMessage,
  res: ServerResponse,
  { digest }: MediaTarget,
): Promise<void> {
  const file = context.media.pathOf(digest);
  // the folder is given apart: a dot in the way to our own data is no secret file
  const sending = send(req, path.basename(file), {
    root: path.dirname(file),
    cacheControl: false,
    lastModified: false,
    etag: false,
    index: false,
  });
  return new Promise((done) => {
    sending.on('error', (error: { status?: number }) => {
      for (const name of ['content-type', 'cache-control', 'etag', 'content-disposition'])
        res.removeHeader(name);
      if (error.status === 416) res.writeHead(416).end();
      else nothing(res);
    });
    sending.on('directory', () => nothing(res));
    res.once('close', done);
    sending.pipe(res);
  });
}

function nothing(res: ServerResponse): void {
  res
    .writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end('There is nothing here.\n');
}

/** Two names: a plain one for old programs, and the real one (RFC 6266). Both end as the file does. */
function attachment(name: string, extension: string): string {
  const stem = name
    .replace(new RegExp(`\\.${extension}$`, 'i'), '')
    .replace(/[\p{C}/\\:*?"<>|]+/gu, ' ')
    .trim()
    .slice(0, 120);
  const real = `${stem || 'file'}.${extension}`;
  const plain = real
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]+/g, '')
    .replace(/[%"\\]/g, '');
  const encoded = encodeURIComponent(real).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
