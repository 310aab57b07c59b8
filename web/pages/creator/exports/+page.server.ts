import { oneOf, orRefuse } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';
import { askedIn, grainIn, modelsIn } from '#ui/analytics/asked.ts';
import { columnsOf } from '../../../../api/analytics/export-columns.ts';
import { DATASETS, FORMATS, groupsOf, TOLD } from '#ui/analytics/datasets.ts';

type Analytics = App.Locals['api']['analytics'];
type Asked = Parameters<Analytics['getBreakdown']>[0];

export async function load({ locals, url, depends }) {
  depends('app:exports');
  const { analytics, registry } = locals.api;
  const listed = analytics.listExports({}).catch((thrown: unknown) => {
    if (refusalOf(thrown).code === 'NOT_ALLOWED') return null;
    throw thrown;
  });
  const exports = await orRefuse(listed, url);
  if (!exports) return { of: null };
  const dataset = oneOf(DATASETS, url.searchParams.get('dataset')) ?? 'earnings_lines';
  const chosen = modelsIn(url);
  const asked = { ...askedIn(url), models: chosen.join(',') || undefined };
  const [report, schedules, own, settings] = await orRefuse(
    Promise.all([
      analytics.getEarningsReport(asked),
      analytics.listSchedules({}),
      registry.listOwnModels({ limit: 100 }),
      dataset === 'breakdown' ? settingsOf(analytics, asked) : [],
    ]),
    url,
  );
  const groups = groupsOf(dataset, settings);
  const by = oneOf(
    groups.map(([one]) => one),
    url.searchParams.get('by'),
  );
  const told_by = by ?? groups[0]?.[0];
  const columns = columnsOf(dataset, told_by).map(({ name }) => name);
  const picked = url.searchParams.get('columns')?.split(',') ?? columns;
  const taken = columns.filter((name) => picked.includes(name));
  const wish = {
    ...asked,
    dataset,
    format: oneOf(FORMATS, url.searchParams.get('format')) ?? ('csv' as const),
    grain: TOLD[dataset].steps ? grainIn(url) : undefined,
    by: told_by,
    columns: taken.length === 0 || taken.length === columns.length ? undefined : taken.join(','),
  };
  return {
    of: { wish, columns, groups, chosen, span: report.span, totals: report.totals, own: own.items },
    exports: exports.items,
    schedules: schedules.items,
  };
}

const settingsOf = async (analytics: Analytics, { models, ...time }: Omit<Asked, 'by'>) =>
  (await analytics.getBreakdown({ ...time, models, by: 'outcome' })).settings;
