import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import type { Retention } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { startIn } from '../../kit/buckets.ts';
import { dayOf } from '../../kit/clock.ts';
import { tellGroups } from '../../kit/few-people.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { usedSince } from './breakdown.ts';
import { holdingsOf, modelIdsOf } from './own-models.ts';
import { freshnessOf } from './usage.ts';

/** So many weeks back: those before are as they were. */
const WEEKS = 26;
const WEEK_MS = 7 * 24 * 3_600_000;

type Cohort = Retention['cohorts'][number];
type Counted = { week: Date; people: number; weeks: readonly number[] };

/**
 * Who came first in the same week, and how many of them came again. Only weeks that are over are told: of one that runs
 * each newcomer could be watched.
 */
export async function retentionFor(context: Context, person_id: AccountId, slug: string): Promise<Retention> {
  const { db, clock } = context;
  const now = clock.now();
  const holdings = await holdingsOf(db, person_id, slug);
  const [model_id] = modelIdsOf(holdings.held);
  const to = startIn(now, 'UTC', 'week');
  const born = (await usedSince(holdings)) ?? to;
  const earliest = new Date(to.getTime() - WEEKS * WEEK_MS);
  const from = startIn(born > earliest ? born : earliest, 'UTC', 'week');
  const of = { creator_id: person_id, model_ids: modelIdsOf(holdings.held) };
  const cohorts = from < to ? await analytics.cohortsOf(db, { of, from, to }) : [];
  return {
    ...(await freshnessOf(db, now)),
    model: holdings.nameOf(model_id ?? ''),
    cohorts: toldCohorts(cohorts, to),
  };
}

/** Cohorts of fewer than five are told together; a cell of fewer than five is not told. */
export function toldCohorts(cohorts: readonly Counted[], until: Date): Cohort[] {
  const all = cohorts.map((cohort) => ({ ...cohort, key: cohort.week.toISOString() }));
  const { groups, merged } = tellGroups(all, PEOPLE_MIN);
  const shown = groups
    .toSorted((a, b) => a.week.getTime() - b.week.getTime())
    .map((cohort) => cohortOf(dayOf(cohort.week), [cohort], until));
  return merged.length > 0 ? [...shown, cohortOf(null, merged, until)] : shown;
}

function cohortOf(week: string | null, some: readonly Counted[], until: Date): Cohort {
  const people = some.reduce((sum, one) => sum + one.people, 0);
  // of several cohorts, as far as the youngest of them has come
  const lasted = Math.min(...some.map((one) => Math.round((until.getTime() - one.week.getTime()) / WEEK_MS)));
  return {
    week,
    people,
    weeks: Array.from({ length: lasted }, (_, later) => {
      const came = some.reduce((sum, one) => sum + (one.weeks[later] ?? 0), 0);
      const is_few = came < PEOPLE_MIN;
      return {
        week: later,
        people: is_few ? null : came,
        share_ppm: is_few ? null : Math.round((came * 1_000_000) / people),
      };
    }),
  };
}
