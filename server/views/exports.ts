import { type Export, type Dataset, DATASETS, type Schedule } from '#api/analytics/export-shapes.ts';
import { EXPORTS_KEPT_MAX } from '#api/analytics/export-limits.ts';
import { refusals } from '#api/errors.ts';
import type { Context } from '../context.ts';
import type { AccountId, ExportId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { timersOf } from '../kit/timers.ts';
import { onTheWall } from '../kit/zones.ts';
import * as analytics from '../modules/analytics/index.ts';
import { refuse } from '../refuse.ts';

/** Those that are kept, and what became of some before them. */
const SHOWN_MAX = 2 * EXPORTS_KEPT_MAX;

export async function exportList({ db, clock }: Context, person_id: AccountId): Promise<Export[]> {
  const at = clock.now();
  return (await analytics.exportsOf(db, person_id, SHOWN_MAX)).map((row) => shownExport(row, at));
}

export async function exportPage(
  { db, clock }: Context,
  person_id: AccountId,
  id: ExportId,
): Promise<Export> {
  const row = await analytics.exportOf(db, id, person_id);
  return shownExport(row ?? refuse('NOT_FOUND'), clock.now());
}

export function shownExport(row: analytics.ExportRow, at: Date): Export {
  const { wish } = row;
  const state = stateOf(row, at);
  const dataset = datasetOf(row.dataset);
  return {
    id: row.id,
    dataset,
    format: row.format,
    name: fileName(row),
    state,
    from: wish.from.toISOString(),
    to: wish.to.toISOString(),
    zone: wish.zone,
    grain: wish.grain,
    models: wish.models,
    by: wish.by,
    columns: wish.columns ?? null,
    asked_at: row.asked_at.toISOString(),
    as_of: row.as_of?.toISOString() ?? null,
    rows: Number(row.rows),
    rows_expected: row.rows_expected === null ? null : Number(row.rows_expected),
    bytes: Number(row.bytes),
    digest: row.digest,
    ready_at: row.ready_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    why: row.reason && sentenceOf(row.reason),
    scheduled: row.schedule_id !== null,
    path: state === 'ready' ? `/api/v1/analytics/exports/${row.id}/file` : null,
  };
}

export function stateOf(row: analytics.ExportRow, at: Date): Export['state'] {
  if (row.failed_at) return 'failed';
  if (row.expires_at) return row.expires_at > at ? 'ready' : 'expired';
  return row.as_of ? 'making' : 'waiting';
}

export const datasetOf = (word: string): Dataset =>
  present(
    DATASETS.find((known) => known === word),
    `the dataset ${word}`,
  );

/** What it is of, by the days of its zone: "usage-2026-11-01-to-2026-11-30.csv". */
export function fileName({
  dataset,
  format,
  wish,
}: Pick<analytics.ExportRow, 'dataset' | 'format' | 'wish'>): string {
  const last = new Date(Math.max(wish.from.getTime(), wish.to.getTime() - 1));
  const [from, to] = [dayOf(wish.from, wish.zone), dayOf(last, wish.zone)];
  const by = wish.by && wish.by !== 'day' ? `-by-${wish.by.replace(/[^a-z0-9]+/gi, '-')}` : '';
  const days = dataset === 'retention' ? '' : from === to ? `-${from}` : `-${from}-to-${to}`;
  return `${dataset.replaceAll('_', '-')}${by}${days}.${format}`;
}

const dayOf = (at: Date, zone: string) => onTheWall(at, zone).slice(0, 10);

const sentenceOf = (reason: string): string =>
  Object.entries(refusals).find(([code]) => code === reason)?.[1].message ?? refusals.INTERNAL.message;

// schedules -------------------------------------------------------------------------------------------------

export async function scheduleList({ db }: Context, person_id: AccountId): Promise<Schedule[]> {
  const schedules = await analytics.schedulesOf(db, person_id);
  return Promise.all(schedules.map((schedule) => shownSchedule(db, schedule)));
}

export async function shownSchedule(db: Context['db'], schedule: analytics.ScheduleRow): Promise<Schedule> {
  const { id, dataset, format, every, wish, set_at } = schedule;
  const timers = await timersOf(db, id);
  const due_at = timers.find(({ kind }) => kind === analytics.SCHEDULE_TIMER)?.due_at;
  return {
    ...{ id, format, every, ...wish, columns: wish.columns ?? null },
    dataset: datasetOf(dataset),
    set_at: set_at.toISOString(),
    next: due_at ? nextOf(due_at, schedule) : null,
  };
}

function nextOf(due_at: Date, schedule: analytics.ScheduleRow): Schedule['next'] {
  const { from, to } = analytics.periodOf(due_at, schedule);
  return { at: due_at.toISOString(), from: from.toISOString(), to: to.toISOString() };
}
