import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:rewards-desk');
  const { rewards: api } = locals.api;
  const [desk, epochs] = await orRefuse(
    Promise.all([api.getRewardsDesk({}), api.listEpochs({ limit: 12 })]),
    url,
  );
  return { desk, epochs };
}
