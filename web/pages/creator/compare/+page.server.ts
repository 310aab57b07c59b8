import { orRefuse } from '#web/load.ts';
import { askedIn, grainIn, modelsIn } from '#ui/analytics/asked.ts';
import { COLOURS } from '#ui/charts/lines.ts';

/** So many are shown where nobody chose. */
const SHOWN = 3;

export async function load({ locals, url }) {
  const { analytics, registry } = locals.api;
  const own = await orRefuse(registry.listOwnModels({ limit: 100 }), url);
  const named = modelsIn(url).slice(0, COLOURS);
  const chosen =
    named.length > 0
      ? named
      : own.items
          .toSorted((a, b) => b.generations - a.generations)
          .slice(0, SHOWN)
          .map(({ slug }) => slug);
  if (chosen.length === 0) return { own: own.items, chosen, report: null, marks: [] };
  const asked = { ...askedIn(url), models: chosen.join(',') };
  const [report, marks] = await orRefuse(
    Promise.all([analytics.getUsageReport({ ...asked, grain: grainIn(url) }), analytics.listMarks(asked)]),
    url,
  );
  return { own: own.items, chosen, report, marks: marks.items };
}
