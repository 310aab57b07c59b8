import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:notifications');
  return {
    first: await orRefuse(locals.api.marketplace.listNotifications({}), url),
    read_at: new Date().toISOString(),
  };
}
