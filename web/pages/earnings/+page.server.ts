import { orRefuse } from '#web/load.ts';

const ranges = [7, 30, 90];

export async function load({ locals, url }) {
  const asked = Number(url.searchParams.get('days'));
  const days = ranges.includes(asked) ? asked : 30;
  const model = url.searchParams.get('model') || undefined;
  const { earnings: api } = locals.api;
  const [earnings, lines] = await orRefuse(
    Promise.all([api.getEarnings({ days }), api.listEarningsLines({ model, limit: 50 })]),
    url,
  );
  return { earnings, lines, days, model };
}
