import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:releases');
  return { releases: await orRefuse(locals.api.registry.listReleases({ limit: 30 }), url) };
}
