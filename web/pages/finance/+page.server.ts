import { oneOf, orRefuse } from '#web/load.ts';

const views = ['adjustments', 'cases', 'disputes'] as const;

export async function load({ locals, url, depends }) {
  depends('app:finance');
  const view = oneOf(views, url.searchParams.get('view')) ?? 'adjustments';
  const all = url.searchParams.get('all') === '1';
  const { finance } = locals.api;
  if (view === 'adjustments') {
    const state = all ? undefined : ('waiting' as const);
    const adjustments = await orRefuse(finance.listAdjustments({ state, limit: 30 }), url);
    return { view, all, state, adjustments } as const;
  }
  const filter = {
    state: all ? undefined : ('open' as const),
    kind: view === 'cases' ? 'review' : 'dispute',
  } as const;
  return { view, all, filter, cases: await orRefuse(finance.listCases({ ...filter, limit: 30 }), url) };
}
