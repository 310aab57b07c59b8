import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import type { Retention } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { startIn } from '../../kit/buckets.ts';
import { present } from '../../kit/assert.ts';
import { dayOf } from '../../kit/clock.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { usedSince } from './breakdown.ts';
import { holdingsOf, modelIdsOf } from './own-models.ts';
import { freshnessOf } from './usage.ts';

/**
 * So many weeks back, and those of the same block: small cohorts are put together within a block, so that it is always
 * the same ones that are.
 */
const WEEKS = 26;
const BLOCK = 13;
/** Some Monday. */
const FIRST_MS = Date.UTC(2024, 0, 1);
const blockOf = (week: Date) => Math.floor((week.getTime() - FIRST_MS) / (BLOCK * WEEK_MS));
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
  const back = blockOf(new Date(to.getTime() - WEEKS * WEEK_MS));
  const earliest = new Date(FIRST_MS + back * BLOCK * WEEK_MS);
  const from = startIn(born > earliest ? born : earliest, 'UTC', 'week');
  const of = { creator_id: person_id, model_ids: modelIdsOf(holdings.held) };
  const cohorts = from < to ? await analytics.cohortsOf(db, { of, from, to }) : [];
  return {
    ...(await freshnessOf(db, now)),
    model: holdings.nameOf(model_id ?? ''),
    cohorts: toldCohorts(cohorts, to),
  };
}

/**
 * Cohorts of fewer than five are put together, the oldest first, until they are enough; the last ones wait until more
 * come. So what was told once never grows by a cohort that is too small to be told.
 */
export function toldCohorts(cohorts: readonly Counted[], until: Date): Cohort[] {
  const ordered = cohorts
    .filter(({ people }) => people > 0)
    .toSorted((a, b) => a.week.getTime() - b.week.getTime());
  return [...Map.groupBy(ordered, ({ week }) => blockOf(week)).values()]
    .flatMap(enough)
    .toSorted(([a], [b]) => (a?.week.getTime() ?? 0) - (b?.week.getTime() ?? 0))
    .map((some) => cohortOf(some, until));
}

/** Cohorts that are told, each as one or as several together. */
function enough(block: readonly Counted[]): Counted[][] {
  const told: Counted[][] = [];
  let few: Counted[] = [];
  for (const cohort of block) {
    if (cohort.people >= PEOPLE_MIN) {
      told.push([cohort]);
      continue;
    }
    few.push(cohort);
    if (peopleIn(few) < PEOPLE_MIN) continue;
    told.push(few);
    few = [];
  }
  return told;
}

const peopleIn = (some: readonly Counted[]): number => some.reduce((sum, { people }) => sum + people, 0);

function cohortOf(some: readonly Counted[], until: Date): Cohort {
  const [first, last] = [present(some[0], 'a cohort'), present(some.at(-1), 'a cohort')];
  const people = peopleIn(some);
  // of several cohorts, as far as the youngest of them has come
  const lasted = Math.round((until.getTime() - last.week.getTime()) / WEEK_MS);
  return {
    week: dayOf(first.week),
    through: first === last ? null : dayOf(last.week),
    people,
    weeks: Array.from({ length: lasted }, (_, later) => {
      const came = some.reduce((sum, one) => sum + (one.weeks[later] ?? 0), 0);
      // that nearly all came says of the others that they did not
      const is_few = [came, people - came].some((few) => few > 0 && few < PEOPLE_MIN);
      return {
        week: later,
        people: is_few ? null : came,
        share_ppm: is_few ? null : Math.round((came * 1_000_000) / people),
      };
    }),
  };
}
