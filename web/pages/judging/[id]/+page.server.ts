import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { id }, url, depends }) {
  depends('app:panel');
  return { panel: await orNowhere(locals.api.competitions.getPanel({ id }), url) };
}
