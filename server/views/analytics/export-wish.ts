import { columnsOf } from '#api/analytics/export-columns.ts';
import type { Dataset, ExportWish, ScheduleWish } from '#api/analytics/export-shapes.ts';
import { DIMENSIONS, EARNINGS_BY } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import type { Column } from '../../kit/table.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import { refuse } from '../../refuse.ts';
import { usedSince } from './breakdown.ts';
import { holdingsOf, modelIdsOf, modelNamer, slugsOf } from './own-models.ts';
import { timeOf, zoneOf } from './span.ts';

const FUNNEL_BY = ['day', 'surface', 'model'] as const;
/** What each dataset may be told apart by, what it is if nobody says, and whether it goes step by step. */
const TOLD: Record<Dataset, { by: readonly string[]; settings?: true; steps?: true }> = {
  generations: { by: [] },
  earnings_lines: { by: [] },
  earnings: { by: EARNINGS_BY, steps: true },
  usage: { by: [], steps: true },
  breakdown: { by: DIMENSIONS, settings: true },
  retention: { by: [] },
  funnel: { by: FUNNEL_BY },
};

/** What is meant by an order now: a lifetime, the last 30 days. Refuses what the report itself would refuse. */
export async function resolveWish(
  context: Context,
  person_id: AccountId,
  wish: ExportWish,
): Promise<analytics.Wish> {
  const settled = await resolveWhat(context.db, person_id, wish);
  // where nothing goes step by step no time is too long
  const grain = TOLD[wish.dataset].steps ? wish.grain : 'month';
  const time = await timeOf(context, { ...wish, grain }, () => bornFor(context.db, person_id, wish.dataset));
  return {
    ...settled,
    from: wish.dataset === 'generations' ? await keptFrom(context.db, time) : time.from,
    to: time.to,
    zone: time.zone,
    grain: TOLD[wish.dataset].steps ? time.grain : null,
  };
}

/** A file that begins before its rows are kept would be short and not say so. */
async function keptFrom(db: Db, { from, to }: Pick<analytics.Wish, 'from' | 'to'>): Promise<Date> {
  const kept = await analytics.factsFrom(db);
  if (kept >= to) refuse('GENERATIONS_NOT_KEPT', { kept_from: kept.toISOString() });
  return kept > from ? kept : from;
}

/** The same without a time, which a schedule has not. */
export async function resolveWhat(
  db: Db,
  person_id: AccountId,
  { dataset, zone, grain, models, by, columns }: Omit<ScheduleWish, 'every' | 'format'>,
): Promise<Omit<analytics.Wish, 'from' | 'to'>> {
  const slugs = models === undefined ? null : slugsOf(models);
  await chosenModels(db, person_id, dataset, slugs);
  const told_by = byOf(dataset, by);
  return {
    zone: zoneOf(zone),
    grain: TOLD[dataset].steps ? (grain ?? null) : null,
    models: slugs,
    by: told_by,
    ...(columns === undefined ? {} : { columns: columnsAsked(columnsOf(dataset, told_by), columns) }),
  };
}

function byOf(dataset: Dataset, asked: string | undefined): string | null {
  const { by, settings } = TOLD[dataset];
  if (asked === undefined) return by[0] ?? null;
  if (by.includes(asked) || (settings && /^setting:./.test(asked))) return asked;
  return refuse('DIMENSION_UNKNOWN', { dimension: asked, known: [...by] });
}

/** Some of the columns that there are, in their order. */
export function columnsAsked(columns: readonly Column[], asked: string): string[] {
  const known = columns.map(({ name }) => name);
  const names = asked.split(',');
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) refuse('COLUMN_UNKNOWN', { column: stranger, known });
  return known.filter((name) => names.includes(name));
}

async function bornFor(db: Db, person_id: AccountId, dataset: Dataset): Promise<Date | null> {
  if (isOfEarnings(dataset)) return earnings.earnedFirst(db, person_id);
  return usedSince(await holdingsOf(db, person_id, undefined));
}

/** Of these also those who only share in a model have something. */
const isOfEarnings = (dataset: Dataset) => dataset === 'earnings' || dataset === 'earnings_lines';

/** What is not theirs answers like what does not exist. */
export async function chosenModels(
  db: Db,
  person_id: AccountId,
  dataset: Dataset,
  slugs: readonly string[] | null,
): Promise<ModelId[] | null> {
  if (slugs === null) return null;
  if (!isOfEarnings(dataset)) return modelIdsOf((await holdingsOf(db, person_id, slugs.join(','))).held);
  const mine = (await earnings.modelsEarnedBy(db, person_id)).map(asId<ModelId>);
  const nameOf = await modelNamer(db, mine);
  return slugs.map((slug) => mine.find((id) => nameOf(id).slug === slug) ?? refuse('NOT_FOUND'));
}
