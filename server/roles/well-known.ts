import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import { problem, sendProblem } from '../handlers/problems.ts';
import { notedHead } from '../kit/heads.ts';

/**
 * What others need to hold us to our word: the keys that we sign with, the roots of the certificates in our files,
 * and the newest signed head of the books. Anybody may read them from anywhere, and keep copies.
 */
export const WELL_KNOWN = {
  keys: '/.well-known/jwks.json',
  heads: '/.well-known/ledger-heads.json',
  anchors: '/.well-known/c2pa-anchors.pem',
} as const;

const TYPES = {
  keys: 'application/jwk-set+json',
  heads: 'application/json',
  anchors: 'application/x-pem-file',
} as const;
const KEPT_S = { keys: 300, heads: 5, anchors: 300 } as const;
const NAMES = ['keys', 'heads', 'anchors'] as const;

/** Many may ask at once; the database is asked this often. */
const READ_EVERY_MS = 2_000;

/** Answers the request if its path is one of these. */
export function wellKnown(
  context: Context,
): (req: IncomingMessage, res: ServerResponse, path: string) => Promise<boolean> {
  const newest = newestHeadOf(context);
  const bodies = {
    keys: async () => JSON.stringify(context.signer.jwks()),
    heads: newest,
    anchors: () => Promise.resolve(context.certificates.anchors()),
  };
  return async (req, res, path) => {
    const name = NAMES.find((known) => WELL_KNOWN[known] === path);
    if (!name) return false;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { allow: 'GET, HEAD' }).end();
      return true;
    }
    const body = await bodies[name]();
    if (body === null) sendProblem(res, problem('NOT_FOUND'));
    else show(req, res, body, { type: TYPES[name], kept_s: KEPT_S[name] });
    return true;
  };
}

function newestHeadOf(context: Context): () => Promise<string | null> {
  let read: { at_ms: number; body: Promise<string | null> } | null = null;
  return async () => {
    if (!read || performance.now() - read.at_ms > READ_EVERY_MS)
      read = { at_ms: performance.now(), body: notedHead(context.db).then(asBody) };
    return read.body;
  };
}

/** The head in clear beside its signed form: only the latter counts, and nobody has to decode it to look at it. */
function asBody(jws: string | null): string | null {
  if (jws === null) return null;
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  return JSON.stringify({ jws, head: JSON.parse(payload) });
}

function show(
  req: IncomingMessage,
  res: ServerResponse,
  body: string,
  { type, kept_s }: { type: string; kept_s: number },
): void {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const headers = {
    'content-type': type,
    'cache-control': `public, max-age=${kept_s}`,
    etag,
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  };
  if (req.headers['if-none-match'] === etag) res.writeHead(304, headers).end();
  else res.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
