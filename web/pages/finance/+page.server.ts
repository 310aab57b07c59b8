import { refusalOf } from '#web/refusal.ts';
import { oneOf, orRefuse } from '#web/load.ts';

const views = ['adjustments', 'cases', 'disputes', 'claims', 'refunds'] as const;
const causes = ['refund', 'chargeback', 'forfeit', 'lapse', 'claim'] as const;

export async function load({ locals, url, depends }) {
  depends('app:finance');
  const [list, looked] = await Promise.all([
    listed(locals.api.finance, url),
    lookedUp(locals.api.finance, url),
  ]);
  return { ...list, ...looked, month: new Date().toISOString().slice(0, 7) };
}

const KINDS = { cases: 'review', disputes: 'dispute', claims: 'claim' } as const;

type Finance = App.Locals['api']['finance'];

async function listed(finance: Finance, url: URL) {
  const view = oneOf(views, url.searchParams.get('view')) ?? 'adjustments';
  const all = url.searchParams.get('all') === '1';
  if (view === 'refunds') {
    const asked = url.searchParams.get('cause');
    const cause = asked === 'all' ? undefined : (oneOf(causes, asked) ?? 'refund');
    return {
      view,
      all,
      cause,
      reversals: await orRefuse(finance.listReversals({ cause, limit: 30 }), url),
    } as const;
  }
  if (view === 'adjustments') {
    const state = all ? undefined : ('waiting' as const);
    const adjustments = await orRefuse(finance.listAdjustments({ state, limit: 30 }), url);
    return { view, all, state, adjustments } as const;
  }
  const filter = {
    state: all ? undefined : ('open' as const),
    kind: KINDS[view],
  } as const;
  return {
    view,
    all,
    filter,
    cases: await orRefuse(finance.listCases({ ...filter, limit: 30 }), url),
  } as const;
}

/** What the address asks for. That there is no such thing belongs beside the field in which it was asked. */
async function lookedUp(finance: Finance, url: URL) {
  const asked = url.searchParams.get('subject')?.trim() ?? '';
  if (asked === '') return { asked, subject: null, unknown: null };
  try {
    return { asked, subject: await finance.getSubject({ id: asked.slice(0, 500) }), unknown: null };
  } catch (thrown) {
    const { code, message } = refusalOf(thrown);
    if (code === 'NOT_AN_ID' || code === 'SUBJECT_UNKNOWN')
      return { asked, subject: null, unknown: { code, message } };
    return { asked, subject: await orRefuse(Promise.reject(thrown), url), unknown: null };
  }
}
