import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:me');
  return { me: await orRefuse(locals.api.identity.getMe(), url), theme: locals.theme };
}
