import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import type { UsageReport } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { usedSince } from './breakdown.ts';
import { holdingsOf, modelIdsOf } from './own-models.ts';
import { type Asked, priorTo, shownSpan, type Time, timeOf } from './span.ts';
import { freshnessOf, usedIn } from './usage.ts';
import { weeksIn } from './weeks.ts';

/** How somebody's models are used: all together, and those that were chosen each by itself as well. */
export async function usageReport(
  context: Context,
  person_id: AccountId,
  asked: Asked & { prior: 'true' | 'false'; models?: string | undefined },
): Promise<UsageReport> {
  const { db, clock } = context;
  const now = clock.now();
  const holdings = await holdingsOf(db, person_id, asked.models);
  const chosen = asked.models === undefined ? null : modelIdsOf(holdings.held);
  const of = (model_ids: readonly ModelId[] | null) => ({ creator_id: person_id, model_ids });
  const time = await timeOf(context, asked, () => usedSince(holdings));
  const prior = asked.prior === 'true' ? priorTo(time) : null;
  const [used, before, people, models] = await Promise.all([
    usedIn(db, of(chosen), time),
    prior && usedIn(db, of(chosen), prior),
    peopleIn(db, of(chosen), time, now),
    Promise.all(
      (chosen ?? []).map(async (model_id) => ({
        model: holdings.nameOf(model_id),
        ...(await usedIn(db, of([model_id]), time)),
      })),
    ),
  ]);
  return {
    span: shownSpan(time),
    ...(await freshnessOf(db, now)),
    ...used,
    people,
    prior: prior && before ? { from: prior.from.toISOString(), to: prior.to.toISOString(), ...before } : null,
    models,
  };
}

/** Who came first and who came again, over whole weeks that are over; neither where one of them is of too few. */
async function peopleIn(db: Db, of: analytics.Of, time: Time, now: Date): Promise<UsageReport['people']> {
  const weeks = weeksIn(time, now);
  const nothing = { from: null, to: null, came_first: null, came_again: null };
  if (!weeks) return { ...nothing, why: 'It is told of whole weeks, and none is over yet.' };
  const [row] = await analytics.distinctOf(db, { of, cuts: [weeks.from, weeks.to] });
  const people = row?.people ?? 0;
  const first = row?.new_people ?? 0;
  const again = Math.max(0, people - first);
  const told = { from: weeks.from.toISOString(), to: weeks.to.toISOString() };
  const is_few = [first, again].some((some) => some > 0 && some < PEOPLE_MIN);
  return is_few
    ? { ...told, came_first: null, came_again: null, why: 'One of them is of fewer than five people.' }
    : { ...told, came_first: first, came_again: again, why: null };
}
