import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  return { mail: await orRefuse(locals.api.identity.listMail({ limit: 30 }), url) };
}
