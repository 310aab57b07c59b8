import { columnsOf, COUNTS, MONEY, TIMES, USAGE_COLUMNS } from '#api/analytics/export-columns.ts';
import type { Dataset } from '#api/analytics/export-shapes.ts';
import type {
  EarningsReport,
  Funnel,
  PlatformReport,
  Reconciliation,
  Usage,
  UsagePoint,
} from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import type { Cell, Column, Row, Table } from '../../kit/table.ts';
import type * as analytics from '../../modules/analytics/index.ts';
import { sum } from '../../kit/money.ts';
import { breakdownFor } from './breakdown.ts';
import { earningsReport } from './earnings-report.ts';
import { funnelFor } from './funnel.ts';
import { holdingsOf } from './own-models.ts';
import { retentionFor } from './retention.ts';
import { usageReport } from './usage-report.ts';

/**
 * The reports as tables: what a page shows, row by row, by the same functions. So people are merged here as they are
 * there, and no figure stands in a file that is not on a page.
 */
type Asked = { person_id: AccountId; wish: analytics.Wish };

/** What is a report, and not row by row what happened. */
export type ReportDataset = Exclude<Dataset, 'generations' | 'earnings_lines'>;

export function reportTable(context: Context, dataset: ReportDataset, asked: Asked): Promise<Table> {
  return TABLES[dataset](context, asked);
}

const TABLES = {
  earnings: earningsTable,
  usage: usageTable,
  breakdown: breakdownTable,
  retention: retentionTable,
  funnel: funnelTable,
} satisfies Record<string, (context: Context, asked: Asked) => Promise<Table>>;

const askedOf = ({ wish }: Asked) => ({
  from: wish.from.toISOString(),
  to: wish.to.toISOString(),
  zone: wish.zone,
  ...(wish.grain ? { grain: wish.grain } : {}),
  ...(wish.models ? { models: wish.models.join(',') } : {}),
  prior: 'false' as const,
});

const column = (type: Column['type'], ...names: string[]): Column[] => names.map((name) => ({ name, type }));

// earnings --------------------------------------------------------------------------------------------------

const money = (of: EarningsReport['totals']): Cell[] => [
  ...MONEY.map((name) => BigInt(of[name])),
  of.generations,
];

async function earningsTable(context: Context, asked: Asked): Promise<Table> {
  const by = asked.wish.by ?? 'day';
  const report = await earningsReport(context, asked.person_id, { ...askedOf(asked), by });
  const columns = columnsOf('earnings', by);
  if (by === 'day')
    return {
      columns,
      rows: report.series.map((step) => [new Date(step.at), ...money(step), BigInt(step.ledger_micros)]),
    };
  const rows = report.groups.map((group): Cell[] => [group.key, group.name, ...money(group)]);
  if (by !== 'collaborator') return { columns, rows };
  const of_others = report.groups.map(({ others = [] }) => sum(others.map((one) => BigInt(one.net_micros))));
  return { columns, rows: rows.map((row, place) => [...row, of_others[place] ?? 0n]) };
}

const SIDES = [
  'receipts_micros',
  'claimed_micros',
  'reversed_micros',
  'adjusted_micros',
  'sum_micros',
  'opening_micros',
  'closing_micros',
  'left_micros',
  'ledger_micros',
  'difference_micros',
] as const;

/** Both sides, figure by figure, and where the closing lies. */
export function reconciliationTable(held: Reconciliation): Table {
  const time = [new Date(held.from), new Date(held.to)];
  return {
    columns: [
      ...column('instant', 'from', 'to'),
      ...column('text', 'figure'),
      ...column('micros', 'amount_micros'),
    ],
    rows: [
      ...SIDES.map((name): Row => [...time, name.replace(/_micros$/, ''), BigInt(held[name])]),
      ...held.states.map(({ account, amount_micros }): Row => [
        ...time,
        `closing ${account}`,
        BigInt(amount_micros),
      ]),
    ],
  };
}

// usage -----------------------------------------------------------------------------------------------------

const usageRows = (of: string, points: readonly UsagePoint[]) =>
  points.map((point): Row => [
    new Date(point.at),
    of,
    ...COUNTS.map((name) => point[name]),
    BigInt(point.price_micros),
    point.payers,
    ...TIMES.map((name) => point[name]),
  ]);

/** Each chosen model by itself; all of them together where none was chosen. */
async function usageTable(context: Context, asked: Asked): Promise<Table> {
  const { series, models } = await usageReport(context, asked.person_id, askedOf(asked));
  return {
    columns: USAGE_COLUMNS,
    rows:
      models.length > 0
        ? models.flatMap((one) => usageRows(one.model.slug, one.series))
        : usageRows('all', series),
  };
}

/** Of the whole platform: step by step, in the columns of usage. */
export const platformTable = ({ series }: PlatformReport): Table => ({
  columns: USAGE_COLUMNS,
  rows: usageRows('all', series),
});

// what says something of people -----------------------------------------------------------------------------

async function breakdownTable(context: Context, asked: Asked): Promise<Table> {
  const by = asked.wish.by ?? 'model';
  const { groups, other, withheld, total } = await breakdownFor(context, asked.person_id, {
    ...askedOf(asked),
    by,
  });
  const hidden: Row[] =
    withheld > 0
      ? [['withheld', 'Of weeks with fewer than five people', withheld, null, partOf(withheld, total)]]
      : [];
  return {
    columns: columnsOf('breakdown', by),
    rows: [
      ...[...groups, ...(other ? [other] : [])].map((group): Row => [
        group.key,
        group.name,
        group.generations,
        group.succeeded,
        group.share_ppm,
      ]),
      ...hidden,
    ],
  };
}

const partOf = (part: Usage['generations'], whole: number) =>
  whole === 0 ? 0 : Math.round((part * 1_000_000) / whole);

/** Model by model: those of several could be told apart by what is left when one is taken away. */
async function retentionTable(context: Context, { person_id, wish }: Asked): Promise<Table> {
  const { held, nameOf } = await holdingsOf(context.db, person_id, wish.models?.join(','));
  const slugs = [...new Set(held.map(({ model_id }) => nameOf(model_id).slug))].sort();
  const rows: Row[] = [];
  for (const slug of slugs) {
    const { cohorts } = await retentionFor(context, person_id, slug);
    for (const { week, through, people, weeks } of cohorts)
      rows.push(
        ...weeks.map((later): Row => [
          slug,
          through ? `${week}--${through}` : week,
          people,
          later.week,
          later.people,
          later.share_ppm,
        ]),
      );
  }
  return { columns: columnsOf('retention', null), rows };
}

// funnel ----------------------------------------------------------------------------------------------------

async function funnelTable(context: Context, asked: Asked): Promise<Table> {
  const by = asked.wish.by ?? 'day';
  const funnel = await funnelFor(context, asked.person_id, askedOf(asked));
  return {
    columns: columnsOf('funnel', by),
    rows: stepsBy(funnel, by).map(([key, steps]): Row => [
      key,
      steps.impressions,
      steps.visits,
      steps.generations,
    ]),
  };
}

function stepsBy({ days, surfaces, models }: Funnel, by: string): [key: string, steps: Funnel['totals']][] {
  if (by === 'surface') return surfaces.map((one) => [one.surface, one]);
  if (by === 'model') return models.map((one) => [one.model.slug, one]);
  return days.map((one) => [one.day, one]);
}
