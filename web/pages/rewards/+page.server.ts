import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:rewards');
  depends('app:awards');
  const { rewards: api } = locals.api;
  const [rewards, claims] = await orRefuse(Promise.all([api.getRewards({}), api.getClaim({})]), url);
  return { rewards, claims };
}
