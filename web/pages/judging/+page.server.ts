import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:panels');
  return { panels: await orRefuse(locals.api.competitions.listPanels({}), url) };
}
