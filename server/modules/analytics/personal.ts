import type { Personal } from '../../kit/personal.ts';

/** Which rows are somebody's, and what becomes of them when they leave. Facts name numbers, and are those of the receipts. */
export const personal: readonly Personal[] = [
  { table: 'analytics.export', of: ['person_id'], ends: 'deleted' },
  { table: 'analytics.schedule', of: ['person_id'], ends: 'deleted' },
  { table: 'analytics.machine_cost', of: ['person_id'], ends: 'deleted' },
];
