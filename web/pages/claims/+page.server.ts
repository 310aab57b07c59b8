import { oneOf, orRefuse } from '#web/load.ts';

const sides = ['claimant', 'respondent'] as const;

export async function load({ locals, url }) {
  const side = oneOf(sides, url.searchParams.get('side')) ?? 'claimant';
  return { side, claims: await orRefuse(locals.api.claims.listRightsClaims({ side, limit: 20 }), url) };
}
