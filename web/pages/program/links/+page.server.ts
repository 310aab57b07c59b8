import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const { referrals } = locals.api;
  const [links, first] = await Promise.all([
    orRefuse(referrals.listLinks({}), url),
    orRefuse(referrals.listReferrals({}), url),
  ]);
  return { ...links, first };
}
