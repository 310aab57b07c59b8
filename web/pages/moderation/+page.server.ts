import { oneOf, orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:matters');
  const state = oneOf(['open', 'decided'], url.searchParams.get('state')) ?? 'open';
  return { state, ...(await orRefuse(locals.api.moderation.listMatters({ state }), url)) };
}
