/** Text as it may stand in XML: what has a meaning there is written out, and what may not stand there is left out. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '')
    .replace(
      /[&<>"']/g,
      (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign] ?? sign,
    );

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';

/** Made often enough for who reads it, and seldom enough for who makes it. */
export const answered = (body: string, type: string, kept_s: number): Response =>
  new Response(HEAD + body, {
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': `public, max-age=${kept_s}` },
  });

export type FeedEntry = {
  path: string;
  title: string;
  summary: string;
  author: string;
  at: string;
  kind: string;
};

/** An Atom feed (RFC 4287). The name of an entry is its address, which never changes. */
export function atomFeed(
  origin: string,
  feed: {
    path: string;
    title: string;
    entries: readonly FeedEntry[];
    /** The page that it is a feed of. */
    page?: string;
  },
) {
  const address = escaped(origin + feed.path);
  const updated = feed.entries.reduce(
    (latest, { at }) => (at > latest ? at : latest),
    '2026-01-01T00:00:00.000Z',
  );
  const entries = feed.entries.map(
    ({ path, title, summary, author, at, kind }) => `  <entry>
    <id>${escaped(origin + path)}</id>
    <title>${escaped(title)}</title>
    <link rel="alternate" type="text/html" href="${escaped(origin + path)}"/>
    <published>${escaped(at)}</published>
    <updated>${escaped(at)}</updated>
    <author><name>${escaped(author)}</name></author>
    <category term="${escaped(kind)}"/>
    <summary>${escaped(summary)}</summary>
  </entry>
`,
  );
  return `<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${address}</id>
  <title>${escaped(feed.title)}</title>
  <link rel="self" type="application/atom+xml" href="${address}"/>
  <link rel="alternate" type="text/html" href="${escaped(origin + (feed.page ?? '/explore?order=newest'))}"/>
  <updated>${updated}</updated>
${entries.join('')}</feed>
`;
}

/** Addresses of one part of the site, by the protocol of sitemaps.org. */
export const urlSet = (origin: string, pages: readonly { path: string; at?: string }[]): string =>
  `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${pages
  .map(
    ({ path, at }) =>
      `  <url><loc>${escaped(origin + path)}</loc>${at ? `<lastmod>${escaped(at.slice(0, 10))}</lastmod>` : ''}</url>`,
  )
  .join('\n')}
</urlset>
`;

export const sitemapIndex = (origin: string, paths: readonly string[]): string =>
  `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${paths.map((path) => `  <sitemap><loc>${escaped(origin + path)}</loc></sitemap>`).join('\n')}
</sitemapindex>
`;
