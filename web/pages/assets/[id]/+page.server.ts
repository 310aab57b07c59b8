import { orNowhere } from '#web/load.ts';

export async function load({ locals, params, url, depends }) {
  depends('app:asset');
  return { asset: await orNowhere(locals.api.generation.getAsset({ id: params.id }), url) };
}
