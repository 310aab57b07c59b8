import type * as z from 'zod';
import { unexplainedWords } from '#api/analytics/report-words.ts';
import {
  EARNINGS_BY,
  type EarningsBy,
  type EarningsGroup,
  type EarningsReport,
  type Reconciliation,
} from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import { type Db, inOnePicture } from '../../kit/database.ts';
import { micros, sum } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import type * as ledger from '../../modules/ledger/index.ts';
import { refuse } from '../../refuse.ts';
import { ledgerSide, moneyOf, reconcile } from './money.ts';
import { modelNamer, slugsOf } from './own-models.ts';
import { type Asked, priorTo, shownSpan, type Time, timeOf } from './span.ts';
import { groupsBy } from './earnings-groups.ts';
import { together } from './usage.ts';

export type AskedEarnings = Asked & { prior: 'true' | 'false'; models?: string | undefined; by: string };

const timeFor = (context: Context, person_id: AccountId, asked: Asked): Promise<Time> =>
  timeOf(context, asked, () => earnings.earnedFirst(context.db, person_id));

export async function reconciliationOf(
  context: Context,
  person_id: AccountId,
  asked: Asked,
): Promise<Reconciliation> {
  // steps are not asked for, so no time is too long
  const time = await timeFor(context, person_id, { ...asked, grain: 'month' });
  const edges = [time.from, time.to];
  return inOnePicture(context.db, async (db) => {
    const receipts = await earnings.gainedBy(db, person_id, edges);
    return reconcile(time, receipts, await ledgerSide(db, person_id, { ...time, edges }));
  });
}

/** What a time brought, by step and by what, with both sides of it held against each other. */
export async function earningsReport(
  context: Context,
  person_id: AccountId,
  asked: AskedEarnings,
): Promise<EarningsReport> {
  const by = dimensionOf(asked.by);
  const time = await timeFor(context, person_id, asked);
  const prior = asked.prior === 'true' ? priorTo(time) : null;
  return inOnePicture(context.db, async (db) => {
    const chosen = await chosenModels(db, person_id, asked.models);
    const receipts = await receiptsOf(db, person_id, time, prior);
    const rows = ofModels(receipts.now, chosen);
    const groups = await groupsBy(db, { person_id, by, time, rows, chosen, now: context.clock.now() });
    const by_ledger = await ledgerSide(db, person_id, time);
    const reconciliation = reconcile(time, receipts.now, by_ledger);
    const { lag_ms: waits_ms } = await analytics.markOf(db, context.clock.now());
    const doubt = {
      ...{ is_chosen: chosen !== null, is_behind: waits_ms > 0 },
      is_coarse: (await analytics.wholeHoursBefore(db, [time.from, time.to])) !== null,
    };
    return {
      span: shownSpan(time),
      as_of: context.clock.now().toISOString(),
      lag_ms: 0,
      totals: moneyOf(rows),
      series: seriesOf(time, rows, by_ledger.moves),
      prior: prior && priorOf(prior, ofModels(receipts.before, chosen)),
      by,
      groups,
      explained: explainedBy(groups, reconciliation, doubt),
      reconciliation,
    };
  });
}

const dimensionOf = (by: string): EarningsBy =>
  EARNINGS_BY.find((known) => known === by) ??
  refuse('DIMENSION_UNKNOWN', { dimension: by, known: [...EARNINGS_BY] });

/** Of all models that somebody earned by, which need not be theirs. */
async function chosenModels(
  db: Db,
  person_id: AccountId,
  chosen: string | undefined,
): Promise<ReadonlySet<ModelId> | null> {
  if (chosen === undefined) return null;
  const slugs = slugsOf(chosen);
  const mine = await earnings.modelsEarnedBy(db, person_id);
  const nameOf = await modelNamer(db, mine);
  const ids = slugs.map((slug) => mine.find((id) => nameOf(id).slug === slug) ?? refuse('NOT_FOUND'));
  return new Set(ids);
}

type Receipts = { now: earnings.Gained[]; before: earnings.Gained[] };

/** Of a time and of the one before it, which ends where it begins or earlier, read once: each with its own steps. */
async function receiptsOf(db: Db, person_id: AccountId, time: Time, prior: Time | null): Promise<Receipts> {
  const earlier = prior?.edges ?? [];
  const edges = together(earlier, time.edges);
  const rows = await earnings.gainedBy(db, person_id, edges);
  const begins = edges.length - time.edges.length;
  return {
    now: rows.filter(({ step }) => step >= begins).map((row) => ({ ...row, step: row.step - begins })),
    before: rows.filter(({ step }) => step < earlier.length - 1),
  };
}

const ofModels = (rows: earnings.Gained[], chosen: ReadonlySet<ModelId> | null) =>
  chosen ? rows.filter(({ model_id }) => model_id !== null && chosen.has(model_id)) : rows;

function seriesOf(
  { edges }: Time,
  rows: readonly earnings.Gained[],
  moves: readonly ledger.Gain[],
): EarningsReport['series'] {
  const bySteps = Map.groupBy(rows, ({ step }) => step);
  return moves.map(({ gained }, step) => ({
    at: edges[step]?.toISOString() ?? '',
    ...moneyOf(bySteps.get(step) ?? []),
    ledger_micros: micros(gained),
  }));
}

function priorOf(prior: Time, rows: readonly earnings.Gained[]): EarningsReport['prior'] {
  const bySteps = Map.groupBy(rows, ({ step }) => step);
  return {
    from: prior.from.toISOString(),
    to: prior.to.toISOString(),
    totals: moneyOf(rows),
    series: prior.edges.slice(1).map((_, step) => {
      const { net_micros, generations } = moneyOf(bySteps.get(step) ?? []);
      return { at: prior.edges[step]?.toISOString() ?? '', net_micros, generations };
    }),
  };
}

type Doubt = { is_chosen: boolean; is_behind: boolean; is_coarse: boolean };

/** What the groups come to, beside what the ledger says was gained: the rest is said, whatever it is. */
function explainedBy(
  groups: readonly z.infer<typeof EarningsGroup>[],
  { ledger_micros, difference_micros }: Reconciliation,
  doubt: Doubt,
): EarningsReport['explained'] {
  const told = sum(groups.map(({ net_micros }) => BigInt(net_micros)));
  const difference = BigInt(ledger_micros) - told;
  return {
    ledger_micros,
    groups_micros: micros(told),
    difference_micros: micros(difference),
    ...because(difference === 0n ? null : whyNot({ ...doubt, is_off: difference_micros !== '0' })),
  };
}

type Because = EarningsReport['explained']['because'];
const because = (cause: Because) => ({ why: unexplainedWords(cause), because: cause });

function whyNot({ is_chosen, is_behind, is_coarse, is_off }: Doubt & { is_off: boolean }): Because {
  if (is_off) return 'broken';
  if (is_chosen) return 'chosen';
  if (is_coarse) return 'whole_hours';
  return is_behind ? 'behind' : 'miscounted';
}
