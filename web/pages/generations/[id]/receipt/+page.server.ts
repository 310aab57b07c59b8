import { orNowhere } from '#web/load.ts';

export async function load({ locals, params, url }) {
  return { receipt: await orNowhere(locals.api.earnings.getReceipt({ id: params.id }), url) };
}
