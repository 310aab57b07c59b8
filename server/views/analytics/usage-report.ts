import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import { untoldWords } from '#api/analytics/report-words.ts';
import type { UsageReport } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { usedSince } from './breakdown.ts';
import { marginOf } from './margin.ts';
import { holdingsOf, modelIdsOf } from './own-models.ts';
import { type Asked, priorTo, shownSpan, type Time, timeOf, wholeHoursIn } from './span.ts';
import { freshnessOf, unlessFew, usedIn } from './usage.ts';
import { WEEK_MS, type Weeks, weeksIn } from './weeks.ts';

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
  const weeks = weeksIn(time, now);
  const usedBy = (model_ids: readonly ModelId[] | null, before: Time | null, people: Promise<People>) =>
    usedIn(db, of(model_ids), time, before, {
      peopleOver: async (asked_of) => (asked_of === time ? countOf(await people) : UNTOLD),
      tellsFew: false,
    });
  const people = peopleIn(db, of(chosen), weeks);
  const [used, told, margin, whole_hours_before, models] = await Promise.all([
    usedBy(chosen, prior, people),
    people,
    marginOf(db, person_id, chosen, time),
    wholeHoursIn(db, time, prior),
    Promise.all(
      (chosen ?? []).map(async (model_id) => ({
        model: holdings.nameOf(model_id),
        ...(await usedBy([model_id], null, peopleIn(db, of([model_id]), weeks))).now,
      })),
    ),
  ]);
  const { payers: _, payers_exact: __, ...shown } = told;
  return {
    span: shownSpan(time),
    ...(await freshnessOf(db, now)),
    whole_hours_before,
    ...used.now,
    people: shown,
    prior:
      prior && used.before
        ? { from: prior.from.toISOString(), to: prior.to.toISOString(), ...used.before }
        : null,
    models,
    margin,
  };
}

type Count = Pick<UsageReport['totals'], 'payers' | 'payers_exact'>;
type People = UsageReport['people'] & Count;
const UNTOLD: Count = { payers: null, payers_exact: true };
const untold = (because: People['because']) => ({ why: untoldWords(because), because });
const countOf = ({ payers, payers_exact }: People): Count => ({ payers, payers_exact });

/**
 * Different people, and who of them came first and who came again, over whole weeks that are over. A time that could be
 * moved day by day would say of each day whether the one person of another day was there, and so whose the generations
 * are that each creator sees with their times.
 */
async function peopleIn(db: Db, of: analytics.Of, asked: Weeks | null): Promise<People> {
  const nothing = { ...UNTOLD, from: null, to: null, came_first: null, came_again: null };
  if (!asked) return { ...nothing, ...untold('no_week') };
  const weeks = await trimmed(db, of, asked);
  if (!weeks) return { ...nothing, ...untold('few') };
  const [row] = await analytics.distinctOf(db, { of, cuts: [weeks.from, weeks.to] });
  const people = row?.people ?? 0;
  const first = row?.new_people ?? 0;
  const again = Math.max(0, people - first);
  const told = {
    ...{ payers: people, payers_exact: row?.exact ?? true },
    ...{ from: weeks.from.toISOString(), to: weeks.to.toISOString() },
  };
  const is_few = [first, again].some((some) => unlessFew(some) === null);
  return is_few
    ? { ...told, came_first: null, came_again: null, ...untold('few_of_one') }
    : { ...told, came_first: first, came_again: again, ...untold(null) };
}

/**
 * From the first week in which five people or more used a model in one way to the last such one: so many are there for
 * sure, and weeks were broken down by that once, however long ago they were.
 */
async function trimmed(
  db: Db,
  of: analytics.Of,
  { from, to }: Weeks,
): Promise<{ from: Date; to: Date } | null> {
  const atoms = await analytics.atomsOf(db, { of, from, to, dimension: 'via' });
  const enough = atoms.flatMap(({ people, week }) => (people >= PEOPLE_MIN ? week.getTime() : []));
  if (enough.length === 0) return null;
  return { from: new Date(Math.min(...enough)), to: new Date(Math.max(...enough) + WEEK_MS) };
}
