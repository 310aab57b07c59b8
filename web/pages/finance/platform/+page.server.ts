import { orRefuse } from '#web/load.ts';
import { askedIn, grainIn, isCompared } from '#ui/analytics/asked.ts';

export async function load({ locals, url }) {
  const { analytics } = locals.api;
  const prior = isCompared(url);
  const [report, health] = await orRefuse(
    Promise.all([
      analytics.getPlatformReport({ ...askedIn(url), grain: grainIn(url), prior: prior ? 'true' : 'false' }),
      analytics.getHealthReport(),
    ]),
    url,
  );
  return { report, health, prior };
}
