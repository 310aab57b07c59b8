import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { refuse } from '../../refuse.ts';

/** How long a price is promised. */
export const QUOTE_LIFE_MS = 10 * 60_000;

const Promised = z.object({
  release_id: z.string(),
  units_digest: z.string(),
  price_micros: z.string().regex(/^\d+$/),
  expires_at: z.iso.datetime(),
});

const unitsDigest = (metered: Record<string, unknown>) =>
  createHash('sha256')
    .update(canonicalize(metered) ?? '')
    .digest('base64url');

const mark = (key: KeyObject, body: string) =>
  createHmac('sha256', key).update(`quote\0${body}`).digest('base64url');

/**
 * Signs a price for one release and the fields of the input that the price depends on; nobody but us can
 * make or change it. The prompt and the seed may still change: they cost nothing.
 */
export function signQuote(
  key: KeyObject,
  quote: { release_id: string; metered: Record<string, unknown>; price_micros: bigint; expires_at: Date },
): string {
  const body = Buffer.from(
    JSON.stringify({
      release_id: quote.release_id,
      units_digest: unitsDigest(quote.metered),
      price_micros: quote.price_micros.toString(),
      expires_at: quote.expires_at.toISOString(),
    }),
  ).toString('base64url');
  return `${body}.${mark(key, body)}`;
}

/** The price that was promised for this release and these units; refuses any other quote and one that has expired. */
export function promisedPrice(
  key: KeyObject,
  quote: string,
  wanted: { release_id: string; metered: Record<string, unknown>; at: Date },
): bigint {
  const [body = '', given = '', ...more] = quote.split('.');
  const expected = Buffer.from(mark(key, body));
  const brought = Buffer.from(given); // as bytes: a letter may be longer than one
  if (more.length > 0 || brought.length !== expected.length || !timingSafeEqual(brought, expected))
    refuse('QUOTE_INVALID');
  const promise = Promised.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  if (promise.release_id !== wanted.release_id || promise.units_digest !== unitsDigest(wanted.metered))
    refuse('QUOTE_INVALID');
  if (new Date(promise.expires_at) <= wanted.at) refuse('QUOTE_EXPIRED');
  return BigInt(promise.price_micros);
}
