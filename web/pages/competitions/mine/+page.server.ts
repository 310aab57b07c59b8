import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:entries');
  depends('app:awards');
  const { competitions } = locals.api;
  const entries = await orRefuse(competitions.listMyEntries({}), url);
  const awards = await orRefuse(competitions.listMyAwards({}), url);
  return { entries, awards };
}
