import type { Dataset } from './export-shapes.ts';

/** What is in a column. `micros` is money in whole micro-units; an instant is UTC. */
export type ColumnType = 'text' | 'count' | 'micros' | 'instant' | 'flag';
export type Column = { name: string; type: ColumnType };

const column = (type: ColumnType, ...names: readonly string[]): Column[] =>
  names.map((name) => ({ name, type }));

export const MONEY = [
  ...(['earned_micros', 'paid_micros', 'promo_micros', 'reversed_micros'] as const),
  ...(['claimed_micros', 'adjusted_micros', 'net_micros'] as const),
] as const;
const MONEY_COLUMNS = [...column('micros', ...MONEY), ...column('count', 'generations')];

export const COUNTS = ['generations', 'succeeded', 'failed', 'cancelled', 'expired'] as const;
export const TIMES = [
  ...(['queue_p50_ms', 'run_p50_ms', 'total_p50_ms', 'total_p95_ms', 'total_p99_ms'] as const),
] as const;
export const USAGE_COLUMNS = [
  ...column('instant', 'at'),
  ...column('text', 'model'),
  ...column('count', ...COUNTS),
  ...column('micros', 'price_micros'),
  ...column('count', 'payers', ...TIMES),
];

const GENERATIONS = [
  ...column('instant', 'ended_at'),
  ...column('text', 'generation_id'),
  ...column('instant', 'began_at'),
  ...column('text', 'model', 'release', 'modality', 'outcome', 'reason'),
  ...column('flag', 'related'),
  ...column('micros', 'price_micros', 'charged_paid_micros', 'charged_promo_micros'),
  ...column('micros', 'earned_paid_micros', 'earned_promo_micros'),
  ...column('count', 'queue_ms', 'run_ms', 'total_ms'),
];
const EARNINGS_LINES = [
  ...column('instant', 'at'),
  ...column('text', 'what', 'generation_id', 'model', 'role', 'cause'),
  ...column('micros', 'price_micros', 'paid_micros', 'promo_micros', 'amount_micros'),
];
const RETENTION = [
  ...column('text', 'model', 'came_first_in_week'),
  ...column('count', 'people', 'weeks_later', 'came_again', 'share_ppm'),
];

function earnings(by: string): Column[] {
  if (by === 'day')
    return [...column('instant', 'at'), ...MONEY_COLUMNS, ...column('micros', 'ledger_micros')];
  const of_others = by === 'collaborator' ? column('micros', 'others_micros') : [];
  return [...column('text', by, 'name'), ...MONEY_COLUMNS, ...of_others];
}

/** What stands in a row of a file, in this order. Of it one may choose. */
export function columnsOf(dataset: Dataset, by: string | null | undefined): Column[] {
  switch (dataset) {
    case 'generations':
      return GENERATIONS;
    case 'earnings_lines':
      return EARNINGS_LINES;
    case 'earnings':
      return earnings(by ?? 'day');
    case 'usage':
      return USAGE_COLUMNS;
    case 'breakdown':
      return [...column('text', 'key', 'name'), ...column('count', 'generations', 'succeeded', 'share_ppm')];
    case 'retention':
      return RETENTION;
    case 'funnel':
      return [...column('text', by ?? 'day'), ...column('count', 'impressions', 'visits', 'generations')];
  }
}
