import { oneOf, orRefuse } from '#web/load.ts';
import { askedIn, grainIn, isCompared, modelsIn } from '#ui/analytics/asked.ts';
import { type Part, PARTS } from './parts.ts';

type Analytics = App.Locals['api']['analytics'];
type Asked = Omit<Parameters<Analytics['getBreakdown']>[0], 'by'>;

export async function load({ locals, url }) {
  const { analytics, registry } = locals.api;
  const part = oneOf(PARTS, url.searchParams.get('part')) ?? 'use';
  const chosen = modelsIn(url);
  const models = chosen.join(',') || undefined;
  const asked = { ...askedIn(url), models };
  const prior = isCompared(url);
  const setting = url.searchParams.get('setting')?.slice(0, 40) || undefined;
  const [report, marks, own, more] = await orRefuse(
    Promise.all([
      analytics.getUsageReport({ ...asked, grain: grainIn(url), prior: prior ? 'true' : 'false' }),
      analytics.listMarks(asked),
      registry.listOwnModels({ limit: 100 }),
      moreOf(analytics, part, asked, chosen[0], setting),
    ]),
    url,
  );
  return { part, chosen, prior, report, marks: marks.items, own: own.items, ...more };
}

const nothing = {
  ...{ hours: null, source: null, slot: null, via: null, follower: null, region: null },
  ...{ settings: null, retention: null, funnel: null },
};

/** What a part of the page shows besides the report. */
async function moreOf(
  analytics: Analytics,
  part: Part,
  asked: Asked,
  model: string | undefined,
  setting: string | undefined,
) {
  const by = (dimension: string) => analytics.getBreakdown({ ...asked, by: dimension });
  if (part === 'use') return { ...nothing, hours: await by('hour') };
  if (part === 'people') {
    const [follower, region, retention] = await Promise.all([
      by('follower'),
      by('region'),
      model === undefined ? null : analytics.getRetention({ model }),
    ]);
    return { ...nothing, follower, region, retention };
  }
  if (part === 'sources') {
    const [source, slot, via, funnel] = await Promise.all([
      ...[by('source'), by('slot'), by('via')],
      analytics.getFunnel(asked),
    ] as const);
    return { ...nothing, source, slot, via, funnel };
  }
  if (part === 'settings') return { ...nothing, settings: await bySetting(by, setting) };
  return nothing;
}

/** By the setting that was asked for, or by the first that there is. */
async function bySetting(
  by: (dimension: string) => ReturnType<Analytics['getBreakdown']>,
  asked: string | undefined,
) {
  const known = (await by('outcome')).settings;
  const setting = known.find((name) => name === asked) ?? known[0];
  return setting === undefined ? null : { setting, told: await by(`setting:${setting}`) };
}
