import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Makes list cursors opaque and bound to whoever was given them: another caller's cursor reads nothing. */
export type CursorSeal = {
  seal(owner: string, place: readonly string[]): string;
  open(owner: string, cursor: string): string[] | null;
};

export function cursorSeal(key: KeyObject): CursorSeal {
  const mark = (owner: string, body: string) =>
    createHmac('sha256', key).update(`${owner}\0${body}`).digest('base64url').slice(0, 16);
  return {
    seal(owner, place) {
      const body = Buffer.from(JSON.stringify(place)).toString('base64url');
      return `${body}.${mark(owner, body)}`;
    },
    open(owner, cursor) {
      const [body, given] = cursor.split('.');
      if (!body || !given) return null;
      const expected = Buffer.from(mark(owner, body));
      const brought = Buffer.from(given); // as bytes: a letter may be longer than one
      if (brought.length !== expected.length || !timingSafeEqual(brought, expected)) return null;
      const place: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
      return Array.isArray(place) ? place.map(String) : null;
    },
  };
}
