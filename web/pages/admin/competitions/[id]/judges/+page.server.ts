import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals, params: { id }, url, depends }) {
  depends('app:judges');
  const { competitions } = locals.api;
  const round = await orNowhere(competitions.getRoundFile({ id }), url);
  const { categories, candidates } = await orRefuse(competitions.listJudges({ slug: round.plan.slug }), url);
  return { round: { id, slug: round.plan.slug, title: round.plan.title }, categories, candidates };
}
