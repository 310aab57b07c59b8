import { orNowhere } from '#web/load.ts';

export async function load({ locals, params, url }) {
  return { statement: await orNowhere(locals.api.earnings.getStatement({ month: params.month }), url) };
}
