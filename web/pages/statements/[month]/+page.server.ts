import { orRefuse } from '#web/load.ts';

export async function load({ locals, params, url }) {
  return { statement: await orRefuse(locals.api.earnings.getStatement({ month: params.month }), url) };
}
