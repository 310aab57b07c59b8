/** What can be taken away, in words, and what each can be told apart by. */
import type { ExportWish } from '#web/api-types.ts';

export type Dataset = ExportWish['dataset'];
type Told = {
  name: string;
  /** What one row of it is. */
  row: string;
  /** The first is what is meant where nobody chose. */
  by?: Record<string, string>;
  /** Whether it goes step by step: hours, days, weeks, months. */
  steps?: true;
};

export const TOLD: Record<Dataset, Told> = {
  earnings_lines: {
    name: 'Earnings, line by line',
    row: 'A row for each line that you earned by and for each correction, at its own time and with its sign: they sum to what the ledger gained.',
  },
  earnings: {
    name: 'Earnings',
    row: 'A row for each step of time, or for each group.',
    by: {
      ...{ day: 'Time', model: 'Model', release: 'Release', source: 'Source' },
      ...{ funding: 'Funding', role: 'Role', collaborator: 'Collaborator' },
    },
    steps: true,
  },
  generations: {
    name: 'Generations, one by one',
    row: 'A row for each generation that ended: when, how, by which release, how long it took, and its money, as long as they are kept one by one. Nothing says who asked, or for what.',
  },
  usage: {
    name: 'Usage',
    row: 'A row for each step of time and, where models are chosen, for each of them: generations, people, times.',
    steps: true,
  },
  breakdown: {
    name: 'Usage by group',
    row: 'A row for each group. What says something of people is told of whole weeks, in groups of five or more.',
    by: {
      ...{ model: 'Model', release: 'Release', outcome: 'Outcome', reason: 'Reason of failure' },
      ...{ hour: 'Hour of the week', region: 'Part of the world', source: 'How they came' },
      ...{ slot: 'Featured place', follower: 'Followers and others', via: 'Through what' },
    },
  },
  retention: {
    name: 'Who comes again',
    row: 'A row for each week in which people came first and each week after it. It knows no range: it is all there is.',
  },
  funnel: {
    name: 'From seen to used',
    row: 'Seen, visited and generated, in featured places.',
    by: { day: 'Day', surface: 'Place', model: 'Model' },
  },
};
export const DATASETS = Object.keys(TOLD) as Dataset[];
export const FORMATS = ['csv', 'parquet'] as const;
export const FORMAT_NAMES: Record<ExportWish['format'], string> = {
  ...{ csv: 'CSV, for spreadsheets', parquet: 'Parquet, for analysis' },
};

/** What it can be told apart by; a setting of models stands in the address as `setting:<name>`. */
export function groupsOf(dataset: Dataset, settings: readonly string[]): [by: string, name: string][] {
  const own = Object.entries(TOLD[dataset].by ?? {});
  if (dataset !== 'breakdown') return own;
  return [...own, ...settings.map((name): [string, string] => [`setting:${name}`, settingName(name)])];
}
const settingName = (setting: string) => `Setting: ${setting.replaceAll('_', ' ')}`;

/** "Earnings by model": what a file is of. */
export function whatOf({ dataset, by }: { dataset: Dataset; by: string | null }): string {
  const { name, by: groups } = TOLD[dataset];
  if (!by || !groups || by === Object.keys(groups)[0]) return name;
  return `${name} by ${(groups[by] ?? settingName(by.replace(/^setting:/, ''))).toLowerCase()}`;
}
