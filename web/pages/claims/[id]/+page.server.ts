import { orNowhere } from '#web/load.ts';

export async function load({ locals, params: { id }, url, depends }) {
  depends('app:claim');
  return { claim: await orNowhere(locals.api.claims.getRightsClaim({ id }), url) };
}
