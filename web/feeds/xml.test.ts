import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inScript } from '../ui/structured.ts';
import { atomFeed, escaped, sitemapIndex, urlSet } from './xml.ts';

const anything = fc.string({ unit: 'binary' });

describe('what creators write stays text', () => {
  test('in XML', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const safe = escaped(text);
        expect(safe).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|apos);)/);
        expect(safe.isWellFormed()).toBe(true);
      }),
    );
  });

  test('in the data for search engines', () => {
    fc.assert(
      fc.property(anything, (name) => {
        const script = inScript({ name });
        const text = /^<script type="application\/ld\+json">([^<]*)<\/script>$/.exec(script)?.[1] ?? '';
        expect(JSON.parse(text)).toEqual({ '@context': 'https://schema.org', name });
      }),
    );
  });
});

test('a feed names every entry by its address, and the newest is when it was updated', () => {
  const entry = (slug: string, at: string) => ({
    ...{ path: `/models/${slug}`, title: 'A & B', summary: '<b>', author: 'Mira', at, kind: 'image' },
  });
  const feed = atomFeed('https://x.example', {
    path: '/models.atom',
    title: 'New models',
    entries: [entry('a', '2026-02-01T00:00:00.000Z'), entry('b', '2026-03-01T00:00:00.000Z')],
  });
  expect(feed).toContain('<id>https://x.example/models/a</id>');
  expect(feed).toContain('<title>A &amp; B</title>');
  expect(feed).toContain(
    '<link rel="self" type="application/atom+xml" href="https://x.example/models.atom"/>\n',
  );
  expect(feed.indexOf('<updated>2026-03-01T00:00:00.000Z')).toBeLessThan(feed.indexOf('<entry>'));
});

test('a map of the site is whole addresses', () => {
  expect(urlSet('https://x.example', [{ path: '/models/a', at: '2026-02-01T10:00:00.000Z' }])).toContain(
    '<url><loc>https://x.example/models/a</loc><lastmod>2026-02-01</lastmod></url>',
  );
  expect(sitemapIndex('https://x.example', ['/sitemaps/pages'])).toContain(
    '<sitemap><loc>https://x.example/sitemaps/pages</loc></sitemap>',
  );
});
