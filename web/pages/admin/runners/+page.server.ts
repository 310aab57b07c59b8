import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:runners');
  const [workers, pools] = await Promise.all([
    orRefuse(locals.api.runners.listWorkers(), url),
    orRefuse(locals.api.runners.listPools(), url),
  ]);
  return { workers: workers.items, pools: pools.items };
}
