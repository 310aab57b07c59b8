import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Digest } from './files.ts';

/** A link to stored bytes: what they are is written into the signed path, so that the media origin asks nobody. */
export type MediaTarget = { digest: Digest; extension: string; download_name?: string };

export type MediaLinks = {
  /** An absolute URL that works until the end of the week after `at`; stable within a week, so caches hold. */
  link(target: MediaTarget, at: Date): string;
  /** What a path of the media origin stands for, or null when it was not signed by us or has expired. */
  read(path: string, query: URLSearchParams, at: Date): MediaTarget | null;
};

const WEEK_S = 7 * 24 * 3600;

export function mediaLinks(key: KeyObject, origin: () => string): MediaLinks {
  const sign = (...words: string[]) =>
    createHmac('sha256', key).update(words.join('\0')).digest('base64url').slice(0, 22);
  return {
    link({ digest, extension, download_name }, at) {
      const expires = String((Math.floor(at.getTime() / 1000 / WEEK_S) + 2) * WEEK_S);
      const name = download_name ?? '';
      const query = new URLSearchParams({ e: expires, s: sign(digest, extension, name, expires) });
      if (name) query.set('n', name);
      return `${origin()}/${digest}.${extension}?${query}`;
    },
    read(path, query, at) {
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
}
