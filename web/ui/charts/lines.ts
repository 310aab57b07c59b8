/** What stands over a line of time: one or more series of the same unit, and what happened meanwhile. */
import { bucketKey, bucketName, type Grain } from './buckets.ts';
import type { Sheet } from './sheet.ts';
import { shown, spoken, type Unit, type Value } from './units.ts';

/** `before` is the same some time ago: drawn behind, and no colour of its own. */
export type Look = 'area' | 'line' | 'bars' | 'before';
export type Series = { name: string; unit: Unit; look: Look; values: Value[] };
/** A release, a campaign, a new price: why a line may turn. */
export type Mark = { at: string; label: string; href: string | null };
export type TimeLine = { starts: string[]; grain: Grain; zone: string; series: Series[]; marks?: Mark[] };

/** Of series that are not of before, each has its colour and its dashes; no two have both alike. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2]];
export const COLOURS = 5;

/** In which colour and dashes a series is drawn: by its place among those that are not of before. */
export function paintOf(
  series: readonly Series[],
  place: number,
): { colour: string; dash: readonly number[] } {
  const one = series[place];
  if (one?.look === 'before') return { colour: 'faint', dash: [4, 4] };
  const among = series.slice(0, place).filter(({ look }) => look !== 'before').length;
  return { colour: `series-${(among % COLOURS) + 1}`, dash: DASHES[among % DASHES.length] ?? [] };
}

/** The marks that fall into a bucket. */
export function marksIn({ starts, marks = [] }: TimeLine, place: number): Mark[] {
  const [from, to] = [starts[place], starts[place + 1]];
  return marks.filter(({ at }) => from !== undefined && at >= from && (to === undefined || at < to));
}

export function sheetOf(line: TimeLine, hrefOf?: (place: number) => string | null): Sheet {
  const noted = (line.marks ?? []).length > 0;
  return {
    head: { minute: 'Minute', hour: 'Hour', day: 'Day', week: 'Week of', month: 'Month' }[line.grain],
    columns: line.series.map(({ name, unit }) => ({ name, unit })),
    rows: line.starts.map((at, place) => ({
      key: bucketKey(at, line.grain, line.zone),
      label: bucketName(at, line.grain, line.zone),
      values: line.series.map(({ values }) => values[place] ?? null),
      href: hrefOf?.(place) ?? null,
      ...(noted
        ? {
            note: marksIn(line, place)
              .map(({ label }) => label)
              .join('; '),
          }
        : {}),
    })),
  };
}

/** One bucket in a sentence: what a screen reader says when the cursor comes there. */
export function sentenceOf(line: TimeLine, place: number): string {
  const at = line.starts[place];
  if (at === undefined) return 'Nothing to show';
  const values = line.series.map(
    ({ name, unit, values: all }) => `${name} ${spoken(all[place] ?? null, unit)}`,
  );
  const marks = marksIn(line, place).map(({ label }) => label);
  return [bucketName(at, line.grain, line.zone), ...values, ...marks].join('. ');
}

export const valueAt = ({ values, unit }: Series, place: number) => shown(values[place] ?? null, unit);

const HOUR = 3_600;
const DAY = 24 * HOUR;
const HOURS = [1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR);
const DAYS = [1, 2, 3, 5, 7, 14].map((days) => days * DAY);
/** uPlot puts what is a month or more on the first of one. */
const MONTHS = [1, 2, 3, 6, 12, 24, 60].map((months) => months * 30 * DAY);

/** How far ticks may lie from each other: never closer than what is counted. */
export function stepsOf(grain: Grain): number[] {
  const finer = { minute: [60, 300, 600, 1800, ...HOURS], hour: HOURS, day: [], week: [], month: [] }[grain];
  return grain === 'month' ? MONTHS : [...finer, ...DAYS, ...MONTHS];
}
