/** What is everybody's own, or leads nowhere by itself, is not for search engines. */
const CLOSED = ['/api/', '/admin', '/dev/', '/earnings', '/finance', '/generations/', '/library'];
const CLOSED_TOO = ['/program/', '/review', '/settings', '/statements', '/verify-email', '/wallet'];
/** The generator is everybody's; with settings, or with what somebody made, it is one's own. */
const CLOSED_GENERATORS = ['/create?*&', '/create?generation=', '/create?batch='];
const OPEN = ['/program/terms/'];

export function GET({ locals: { origin } }) {
  const lines = [
    'User-agent: *',
    ...OPEN.map((path) => `Allow: ${path}`),
    ...[...CLOSED, ...CLOSED_TOO, ...CLOSED_GENERATORS].map((path) => `Disallow: ${path}`),
    '',
    `Sitemap: ${origin}/sitemap.xml`,
    '',
  ];
  return new Response(lines.join('\n'), {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  });
}
