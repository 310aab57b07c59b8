import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:leaving');
  return { leaving: await orRefuse(locals.api.identity.getLeaving(), url) };
}
