import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:blocked-people');
  const [{ kinds }, { items }] = await Promise.all([
    orRefuse(locals.api.marketplace.getNotificationSwitches({}), url),
    orRefuse(locals.api.marketplace.listBlockedPeople({}), url),
  ]);
  return { kinds, kept: items };
}
