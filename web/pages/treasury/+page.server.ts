import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:treasury');
  const { rewards: api } = locals.api;
  const [treasury, epochs] = await orRefuse(
    Promise.all([api.getTreasury({}), api.listEpochs({ limit: 12 })]),
    url,
  );
  return { treasury, epochs };
}
