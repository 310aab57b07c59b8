import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { Digest } from './files.ts';

/** A link to stored bytes: what they are is written into the signed path, so that the media origin asks nobody. */
export type MediaTarget = { digest: Digest; extension: string; download_name?: string };

export type MediaLinks = {
  /** An absolute URL that works until the end of the week after `at`; stable within a week, so caches hold. */
  link(target: MediaTarget, at: Date): string;
  /**
   * The same for somebody who must not know the bytes by their address: it is sealed, and another for each reader. Who
   * has both files can still hold them against each other.
   */
  blindLink(target: MediaTarget, reader: string, at: Date): string;
  /** What a path of the media origin stands for, or null when it was not signed by us or has expired. */
  read(path: string, query: URLSearchParams, at: Date): (MediaTarget & { blind?: true }) | null;
};

const WEEK_S = 7 * 24 * 3600;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function mediaLinks(key: KeyObject, origin: () => string): MediaLinks {
  const sign = (...words: string[]) =>
    createHmac('sha256', key).update(words.join('\0')).digest('base64url').slice(0, 22);
  const expiry = (at: Date) => String((Math.floor(at.getTime() / 1000 / WEEK_S) + 2) * WEEK_S);
  const sealing = Buffer.from(hkdfSync('sha256', key, '', 'blind media links', 32));
  return {
    blindLink({ digest, extension }, reader, at) {
      const expires = expiry(at);
      // the same for a reader within a week, so that caches hold; what it seals is part of it, so it never seals two
      const iv = createHmac('sha256', key).update(`blind\0${reader}\0${digest}\0${expires}`).digest();
      const cipher = createCipheriv('aes-256-gcm', sealing, iv.subarray(0, IV_BYTES));
      cipher.setAAD(Buffer.from(`${extension} ${expires}`));
      const sealed = [iv.subarray(0, IV_BYTES), cipher.update(digest, 'hex'), cipher.final()];
      const token = Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64url');
      return `${origin()}/~${token}.${extension}?e=${expires}`;
    },
    link({ digest, extension, download_name }, at) {
      const expires = expiry(at);
      const name = download_name ?? '';
      const query = new URLSearchParams({ e: expires, s: sign(digest, extension, name, expires) });
      if (name) query.set('n', name);
      return `${origin()}/${digest}.${extension}?${query}`;
    },
    read(path, query, at) {
      if (path.startsWith('/~')) return openBlind(path, query.get('e') ?? '', at);
      const [, digest, extension] = /^\/([0-9a-f]{64})\.([a-z0-9]{2,5})$/.exec(path) ?? [];
      const expires = query.get('e') ?? '';
      const name = query.get('n') ?? '';
      if (!digest || !extension || !/^\d{1,12}$/.test(expires)) return null;
      const expected = Buffer.from(sign(digest, extension, name, expires));
      const given = Buffer.from(query.get('s') ?? '');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      if (Number(expires) * 1000 < at.getTime()) return null;
      return name ? { digest, extension, download_name: name } : { digest, extension };
    },
  };

  function openBlind(path: string, expires: string, at: Date) {
    const [, token, extension] = /^\/~([\w-]{80})\.([a-z0-9]{2,5})$/.exec(path) ?? [];
    if (!token || !extension || !/^\d{1,12}$/.test(expires)) return null;
    const sealed = Buffer.from(token, 'base64url');
    const opening = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(0, IV_BYTES));
    opening.setAAD(Buffer.from(`${extension} ${expires}`));
    opening.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      const bytes = [opening.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), opening.final()];
      if (Number(expires) * 1000 < at.getTime()) return null;
      return { digest: Buffer.concat(bytes).toString('hex'), extension, blind: true as const };
    } catch {
      return null; // not sealed by us
    }
  }
}
