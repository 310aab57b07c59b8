import type { Dataset } from '#ui/analytics/datasets.ts';

/** The parts of the page: each asks only for what it shows. */
export const PARTS = ['use', 'people', 'sources', 'speed', 'settings'] as const;
export type Part = (typeof PARTS)[number];
export const PART_NAMES: Record<Part, string> = {
  ...{ use: 'Use', people: 'People', sources: 'Where from' },
  ...{ speed: 'Speed and failures', settings: 'Settings' },
};
/** What is exported of each. */
export const DATASET_OF: Record<Part, Dataset> = {
  ...{ use: 'usage', people: 'retention', sources: 'funnel' },
  ...{ speed: 'usage', settings: 'breakdown' },
};
