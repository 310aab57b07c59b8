import type { Funnel } from '#api/analytics/shapes.ts';
import { surfaceName } from '#api/slots/surface-words.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { dayOf, nextDay } from '../../kit/clock.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import { usedSince } from './breakdown.ts';
import { holdingsOf, modelIdsOf } from './own-models.ts';
import { type Asked, shownSpan, timeOf } from './span.ts';

const ROWS_MAX = 50_000;
type Steps = Funnel['totals'];

/** From being seen in a featured place to being used: whole UTC days, in which people are counted once an hour. */
export async function funnelFor(
  context: Context,
  person_id: AccountId,
  asked: Asked & { models?: string | undefined },
): Promise<Funnel> {
  const { db } = context;
  const holdings = await holdingsOf(db, person_id, asked.models);
  const time = await timeOf(context, { ...asked, grain: 'month' }, () => usedSince(holdings));
  const [from, last] = [dayOf(time.from), dayOf(new Date(time.to.getTime() - 1))];
  const rows = await marketplace.slotDaysOf(db, person_id, { from, until: nextDay(last), limit: ROWS_MAX });
  const mine = new Set<string>(modelIdsOf(holdings.held));
  const seen = rows.filter(({ model_id }) => mine.has(model_id));
  const by = <K extends string>(keyOf: (row: (typeof seen)[number]) => K) =>
    [...Map.groupBy(seen, keyOf)].map(([key, some]) => ({ key, steps: stepsOf(some) }));
  return {
    span: shownSpan(time),
    totals: stepsOf(seen),
    surfaces: by(({ surface }) => surface)
      .map(({ key, steps }) => ({ surface: key, name: surfaceName[key], ...steps }))
      .sort((a, b) => b.impressions - a.impressions),
    models: by(({ model_id }) => model_id)
      .map(({ key, steps }) => ({ model: holdings.nameOf(key), ...steps }))
      .sort((a, b) => b.impressions - a.impressions),
    days: by(({ day }) => day)
      .map(({ key, steps }) => ({ day: key, ...steps }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

const stepsOf = (rows: readonly Steps[]): Steps => ({
  impressions: rows.reduce((sum, { impressions }) => sum + impressions, 0),
  visits: rows.reduce((sum, { visits }) => sum + visits, 0),
  generations: rows.reduce((sum, { generations }) => sum + generations, 0),
});
