import { oneOf, orRefuse } from '#web/load.ts';

const states = ['open', 'ended'] as const;

export async function load({ locals, url }) {
  const state = oneOf(states, url.searchParams.get('state')) ?? 'open';
  return { state, claims: await orRefuse(locals.api.claims.listClaimDesk({ state, limit: 30 }), url) };
}
