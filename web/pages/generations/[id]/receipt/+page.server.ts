import { orRefuse } from '#web/load.ts';

export async function load({ locals, params, url }) {
  return { receipt: await orRefuse(locals.api.earnings.getReceipt({ id: params.id }), url) };
}
