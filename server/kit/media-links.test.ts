import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mediaLinks } from './media-links.ts';

const links = mediaLinks(createSecretKey(Buffer.alloc(32, 1)), () => 'https://media.example');
const at = new Date('2026-11-23T12:00:00Z');
const target = { digest: 'ab'.repeat(32), extension: 'webp' };
const read = (link: string, when = at) => {
  const { pathname, searchParams } = new URL(link);
  return links.read(pathname, searchParams, when);
};

test('a link says what it is to, until it expires', () => {
  expect(read(links.link(target, at))).toEqual(target);
  expect(read(links.link(target, at), new Date('2026-12-20T00:00:00Z'))).toBeNull();
});

test('a blind link leads to the same, and tells nobody what: another for each reader and file, the same for one', () => {
  const one = links.blindLink(target, 'judge-1', at);
  expect(read(one)).toEqual({ ...target, blind: true });
  expect(one).not.toContain(target.digest);
  expect(links.blindLink(target, 'judge-1', new Date(at.getTime() + 1_000))).toBe(one);
  expect(links.blindLink(target, 'judge-2', at)).not.toBe(one);
  expect(links.blindLink({ ...target, digest: 'cd'.repeat(32) }, 'judge-1', at).slice(0, 40)).not.toBe(
    one.slice(0, 40),
  );
  expect(read(one, new Date('2026-12-20T00:00:00Z'))).toBeNull();
});

test('whatever is changed of a blind link, it leads nowhere', () => {
  const one = links.blindLink(target, 'judge-1', at);
  const from = 'https://media.example/~'.length;
  fc.assert(
    fc.property(
      fc.integer({ min: from, max: one.length - 1 }),
      fc.constantFrom(...'aZ9-_.?=~'),
      (place, char) => {
        const other = one.slice(0, place) + char + one.slice(place + 1);
        if (other === one) return;
        expect(read(other)).toBeNull();
      },
    ),
  );
});
