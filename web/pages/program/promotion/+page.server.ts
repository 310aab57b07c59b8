import { orRefuse } from '#web/load.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export async function load({ locals, url }) {
  const asked = url.searchParams.get('month') ?? '';
  const month = MONTH.test(asked) ? asked : new Date().toISOString().slice(0, 7);
  const [own, offers, rounds] = await Promise.all([
    orRefuse(locals.api.slots.listOwnSlots({ month }), url),
    orRefuse(locals.api.campaigns.listCampaignOffers({}), url),
    orRefuse(locals.api.competitions.listOwnRounds({}), url),
  ]);
  return { own, offers: offers.items, rounds: rounds.items };
}
