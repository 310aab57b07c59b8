/** The figures of usage that can be drawn over time, each with how it is computed. */
import type { Usage, UsagePoint } from '#web/api-types.ts';
import { type Address, addressWith } from '../address.ts';
import type { Unit, Value } from '../charts/units.ts';
import { changeOf } from './change.ts';

export type Metric = {
  name: string;
  unit: Unit;
  better: 'higher' | 'lower' | 'neither';
  why: string;
  of: (usage: Usage) => Value;
  at: (point: UsagePoint) => Value;
};

const partOf = (part: number, whole: number) => (whole === 0 ? null : Math.round((part * 1_000_000) / whole));

export const METRICS = {
  generations: {
    ...{ name: 'Generations', unit: 'count', better: 'higher' },
    why: 'All that ended, however they ended.',
    of: ({ generations }) => generations,
    at: ({ generations }) => generations,
  },
  succeeded: {
    ...{ name: 'Succeeded', unit: 'count', better: 'higher' },
    why: 'Those that were delivered and charged.',
    of: ({ succeeded }) => succeeded,
    at: ({ succeeded }) => succeeded,
  },
  people: {
    ...{ name: 'People', unit: 'count', better: 'higher' },
    why: 'Different people who had something generated. Creators see it of whole weeks, and never fewer than five. Days add up to more: who comes twice counts on both.',
    of: ({ payers }) => payers,
    at: ({ payers }) => payers,
  },
  charged: {
    ...{ name: 'Charged', unit: 'credits', better: 'higher' },
    why: 'What people paid. Your part of it stands under Earnings.',
    of: ({ price_micros }) => price_micros,
    at: ({ price_micros }) => price_micros,
  },
  failures: {
    ...{ name: 'Failed', unit: 'ppm', better: 'lower' },
    why: 'Failed, of failed and succeeded. What people cancel is no failure.',
    of: ({ failure_ppm }) => failure_ppm,
    at: ({ failed, succeeded }) => partOf(failed, failed + succeeded),
  },
  time: {
    ...{ name: 'Median time', unit: 'ms', better: 'lower' },
    why: 'From the press to the result: half of all took less.',
    of: ({ total }) => total?.p50_ms ?? null,
    at: ({ total_p50_ms }) => total_p50_ms,
  },
} satisfies Record<string, Metric>;

export type MetricKey = keyof typeof METRICS;
export const METRIC_KEYS = Object.keys(METRICS) as MetricKey[];
export const metricOf = (key: MetricKey): Metric => METRICS[key];
export const metricIn = (url: { searchParams: Pick<URLSearchParams, 'get'> }): MetricKey =>
  METRIC_KEYS.find((key) => key === url.searchParams.get('metric')) ?? 'generations';

/** All of them for a time, each with its change and with the address at which it is the one that is drawn. */
export const figuresOf = (
  { totals, prior }: { totals: Usage; prior: { totals: Usage } | null },
  url: Address,
) =>
  METRIC_KEYS.map((key) => {
    const { name, unit, better, why, of } = metricOf(key);
    const value = of(totals);
    return {
      ...{ key, name, unit, better, why, value },
      change: prior ? changeOf(value, of(prior.totals)) : null,
      note: key === 'people' ? noteOn(totals) : null,
      href: addressWith(url, { metric: key === 'generations' ? null : key }),
    };
  });

function noteOn({ payers, payers_exact }: Pick<Usage, 'payers' | 'payers_exact'>): string | null {
  if (payers === null) return 'fewer than five';
  return payers > 0 && !payers_exact ? 'within two per cent' : null;
}
