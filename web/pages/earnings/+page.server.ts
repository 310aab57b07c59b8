import { orRefuse, unlessToCome } from '#web/load.ts';
import { instantIn } from '#ui/money/instant.ts';

const ranges = [7, 30, 90];

export async function load({ locals, url }) {
  const asked = Number(url.searchParams.get('days'));
  const days = ranges.includes(asked) ? asked : 30;
  const model = url.searchParams.get('model') || undefined;
  const at = instantIn(url);
  const { earnings: api } = locals.api;
  const { program } = locals.api;
  const [earnings, lines, balances, agreements, membership] = await orRefuse(
    Promise.all([
      api.getEarnings({ days }),
      api.listEarningsLines({ model, limit: 50 }),
      at ? unlessToCome(api.getBalances({ at })) : null,
      program.listAgreements({}),
      program.getMembership({}),
    ]),
    url,
  );
  return { earnings, lines, days, model, balances, at, agreements: agreements.items, membership };
}
