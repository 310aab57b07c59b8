import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { id }, url, depends }) {
  depends('app:round');
  return { round: await orNowhere(locals.api.competitions.getRoundFile({ id }), url) };
}
