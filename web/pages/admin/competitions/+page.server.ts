import { oneOf, orRefuse } from '#web/load.ts';

const shows = ['open', 'over'] as const;

export async function load({ locals, url, depends }) {
  depends('app:rounds');
  const { competitions } = locals.api;
  const show = oneOf(shows, url.searchParams.get('show')) ?? 'open';
  const rounds = await orRefuse(competitions.listRoundDesk({ show }), url);
  const { items: templates } = await orRefuse(competitions.listTemplates({}), url);
  const next = new Date();
  next.setUTCMonth(next.getUTCMonth() + 1, 1);
  return { show, rounds, templates, month: next.toISOString().slice(0, 7) };
}
