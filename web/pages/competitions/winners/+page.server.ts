import { oneOf, orRefuse } from '#web/load.ts';

const KINDS = ['image', 'video', 'music', 'models'] as const;

export async function load({ locals, url }) {
  const kind = oneOf(KINDS, url.searchParams.get('kind'));
  return { kind, winners: await orRefuse(locals.api.competitions.listWinners({ kind }), url) };
}
