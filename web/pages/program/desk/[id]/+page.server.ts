import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals, params, url, depends }) {
  depends('app:desk');
  const file = await orNowhere(locals.api.program.getDeskFile({ id: params.id }), url);
  return { file, bench: await orRefuse(locals.api.program.getBench({ id: params.id }), url) };
}
