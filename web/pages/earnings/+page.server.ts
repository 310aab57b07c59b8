import { oneOf, orRefuse, unlessToCome } from '#web/load.ts';
import { askedIn, grainIn, isCompared, modelsIn } from '#ui/analytics/asked.ts';
import { instantIn } from '#ui/money/instant.ts';
import { BY } from './by.ts';

/** The time that what ticks knows; the report below has its own. */
const LIVE_DAYS = 30;

export async function load({ locals, url, depends }) {
  depends('app:earnings');
  const at = instantIn(url);
  const { earnings: api, program, analytics } = locals.api;
  const chosen = modelsIn(url);
  const models = chosen.join(',') || undefined;
  const asked = askedIn(url);
  const by = oneOf(BY, url.searchParams.get('by')) ?? 'model';
  const prior = isCompared(url);
  const [earnings, report, marks, balances, agreements, membership] = await orRefuse(
    Promise.all([
      api.getEarnings({ days: LIVE_DAYS }),
      analytics.getEarningsReport({
        ...asked,
        models,
        by,
        grain: grainIn(url),
        prior: prior ? 'true' : 'false',
      }),
      analytics.listMarks({ ...asked, models }),
      at ? unlessToCome(api.getBalances({ at })) : null,
      program.listAgreements({}),
      program.getMembership({}),
    ]),
    url,
  );
  const within = { from: report.span.from, to: report.span.range === 'custom' ? report.span.to : undefined };
  // lines are told of one model or of all; of several the report has the sums
  const model = chosen.length === 1 ? chosen[0] : undefined;
  const lines = await orRefuse(api.listEarningsLines({ model, ...within, limit: 50 }), url);
  return {
    ...{ earnings, days: LIVE_DAYS, report, marks: marks.items, by, prior, chosen },
    ...{ lines, within, model, balances, at, agreements: agreements.items, membership },
  };
}
