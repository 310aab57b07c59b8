import { alertWords } from '#api/analytics/alert-words.ts';
import type { Alert, AlertNews, ModelName } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import { DAY_MS, dayOf } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import { micros } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as program from '../../modules/program/index.ts';
import { latelyOf, type ModelLately, MONTH_DAYS, SINCE_DAYS } from './lately.ts';
import { type Holdings, holdingsOf } from './own-models.ts';
import { nextMinute } from './span.ts';

/** What somebody should know now. Nothing is kept of it: each look asks how things are. */
export async function alertsOf(
  context: Context,
  person_id: AccountId,
  lately: Promise<ModelLately[]> = latelyOf(context.db, person_id, context.clock.now()),
): Promise<Alert[]> {
  // at once: what fails while nobody waits for it would end the process
  const [holdings, models] = await Promise.all([holdingsOf(context.db, person_id, undefined), lately]);
  const looks = await Promise.all([
    unpaid(context, person_id, holdings, models),
    failing(context, person_id, holdings, models),
    slow(context, person_id, holdings, models),
    held(context, person_id),
    termsChange(context, person_id, holdings),
    pricesChange(context, holdings),
  ]);
  return looks.flat().map((known) => ({ ...alertWords(known), ...known }));
}

type Known = Omit<Alert, 'title' | 'why'>;
type Look = Promise<Known[]>;

/**
 * A model is used and brings its owner nothing: said with the reason, before anybody has to ask; also where it earned
 * something before.
 */
async function unpaid(
  { db, clock }: Context,
  person_id: AccountId,
  { nameOf }: Holdings,
  models: readonly ModelLately[],
): Look {
  const unpaid_ones = models.flatMap(({ model_id, used, earned }) => {
    const isPaid = (within: 'month' | 'since') =>
      earned(within).some(
        ({ role, paid_micros, promo_micros }) =>
          role !== 'claimant' && role !== 'adjustment' && paid_micros + promo_micros > 0n,
      );
    const [whole, since] = [used('month'), used('since')];
    if (!isPaid('month') && whole.succeeded > 0) return { model_id, days: MONTH_DAYS, ...whole };
    const is_none_since = !isPaid('since') && since.succeeded > since.related;
    return is_none_since ? { model_id, days: SINCE_DAYS, ...since } : [];
  });
  return Promise.all(
    unpaid_ones.map(async ({ model_id, days, succeeded, related }) => {
      const model = nameOf(model_id ?? '');
      return {
        key: `usage_without_earnings ${model.slug}`,
        kind: 'usage_without_earnings' as const,
        news: {
          code: 'unpaid' as const,
          ...{ generations: succeeded, days },
          because: await whyUnpaid(db, person_id, model_id, succeeded === related, clock.now()),
        },
        model,
        since: null,
        amount_micros: null,
        href: `/program/models/${model.slug}`,
      };
    }),
  );
}

async function whyUnpaid(
  db: Context['db'],
  person_id: AccountId,
  model_id: ModelId | null,
  only_related: boolean,
  at: Date,
): Promise<Extract<AlertNews, { code: 'unpaid' }>['because']> {
  if (only_related) return 'related';
  if (model_id === null) return null;
  const [agreement, split] = await Promise.all([
    program.agreementInForce(db, model_id, at),
    earnings.splitInForce(db, model_id, at),
  ]);
  if (agreement?.share_ppm === 0) return 'no_share';
  const part = split?.parts.find((one) => one.person_id === person_id)?.part_ppm ?? 0;
  return part === 0 ? 'no_part' : 'too_little';
}

const FAILED_MIN = 5;
const FAILURE_PPM = 200_000;

async function failing(
  { db, clock }: Context,
  person_id: AccountId,
  { nameOf }: Holdings,
  models: readonly ModelLately[],
): Look {
  const often = models.flatMap(({ model_id, used }) => {
    const { failed, succeeded } = used('day');
    const is_often = failed >= FAILED_MIN && failed * 1_000_000 >= FAILURE_PPM * (failed + succeeded);
    return model_id !== null && is_often ? { model_id, failed, succeeded } : [];
  });
  if (often.length === 0) return [];
  const model_ids = often.map(({ model_id }) => model_id);
  const cuts = lastDay(clock.now());
  const reasons = await analytics.reasonsOf(db, { of: { creator_id: person_id, model_ids }, cuts });
  return often.map(({ model_id, failed, succeeded }) => {
    const model = nameOf(model_id);
    const [most] = reasons
      .filter((one) => one.model_id === model_id)
      .toSorted((a, b) => b.generations - a.generations);
    return {
      key: `failing ${model.slug}`,
      kind: 'failing' as const,
      news: { code: 'failing', failed, ended: failed + succeeded, most: most?.reason ?? null },
      model,
      since: null,
      amount_micros: null,
      href: `/creator/usage?part=speed&models=${model.slug}`,
    };
  });
}

const SLOW_TIMES = 2;
const RUNS_MIN = 10;
const LOOKED_AT_MAX = 10;
const EXPIRED_MIN = 5;

/** Runs of a day are held against those of the week before it; and what no runner took in time is told at once. */
async function slow(
  { db, clock }: Context,
  person_id: AccountId,
  { nameOf }: Holdings,
  models: readonly ModelLately[],
): Look {
  const used = models.flatMap(({ model_id, used: usedIn }) =>
    model_id === null ? [] : { model_id, ...usedIn('day') },
  );
  const left = used.filter(({ expired }) => expired >= EXPIRED_MIN);
  const busiest = used
    .filter((one) => one.succeeded >= RUNS_MIN && !left.includes(one))
    .toSorted((a, b) => b.succeeded - a.succeeded)
    .slice(0, LOOKED_AT_MAX)
    .map(({ model_id }) => model_id);
  const slower = await slowAmong(db, person_id, busiest, lastDay(clock.now()));
  return [
    ...left.map(({ model_id, expired, succeeded }) =>
      slowAlert(nameOf(model_id), { code: 'waiting', expired, ended: expired + succeeded }),
    ),
    ...slower.map(({ model_id, now_ms, before_ms }) =>
      slowAlert(nameOf(model_id), {
        code: 'slow',
        now_ms: Math.round(now_ms),
        before_ms: Math.round(before_ms),
      }),
    ),
  ];
}

async function slowAmong(
  db: Db,
  creator_id: AccountId,
  model_ids: readonly ModelId[],
  [from, to]: [from: Date, to: Date],
): Promise<{ model_id: ModelId; now_ms: number; before_ms: number }[]> {
  if (model_ids.length === 0) return [];
  const week_before = new Date(from.getTime() - 7 * DAY_MS);
  const cuts = [week_before, from, to];
  const rows = await analytics.latencyOf(db, { of: { creator_id, model_ids }, cuts, by: 'model' });
  return model_ids.flatMap((model_id) => {
    const medianAt = (at: Date) =>
      medianOf(rows.find((row) => row.model_id === model_id && row.from.getTime() === at.getTime()));
    const [before, now] = [medianAt(week_before), medianAt(from)];
    const is_slow = before && now && before.runs >= RUNS_MIN && now.ms >= SLOW_TIMES * before.ms;
    return is_slow ? { model_id, now_ms: now.ms, before_ms: before.ms } : [];
  });
}

const slowAlert = (model: ModelName, news: AlertNews): Known => ({
  ...{ key: `slow ${model.slug}`, kind: 'slow', news, model, since: null, amount_micros: null },
  href: `/creator/usage?part=speed&models=${model.slug}`,
});

function medianOf(row: { run: analytics.Histogram } | undefined): { ms: number; runs: number } | null {
  if (!row) return null;
  const [ms] = analytics.percentilesOf(row.run, [0.5]);
  return ms === null || ms === undefined ? null : { ms, runs: row.run.reduce((sum, n) => sum + n, 0) };
}

const lastDay = (now: Date): [from: Date, to: Date] => {
  const to = nextMinute(now);
  return [new Date(to.getTime() - DAY_MS), to];
};

async function held({ db }: Context, person_id: AccountId): Look {
  return (await earnings.heldNow(db, person_id)).map(
    ({ case_id, claim_id, about, opened_at, amount_micros, generations }) => ({
      key: `earnings_held ${case_id}`,
      kind: 'earnings_held',
      news: { code: 'held', about, generations: Number(generations) },
      model: null,
      since: opened_at.toISOString(),
      amount_micros: micros(amount_micros),
      href: claim_id ? `/claims/${claim_id}` : '/earnings',
    }),
  );
}

const RUNS_OUT_DAYS = 60;

/** New terms, as long as there is a model for which they were not accepted; and models whose own run out. */
async function termsChange({ db, clock }: Context, person_id: AccountId, { nameOf }: Holdings): Look {
  const at = clock.now();
  const mine = await program.heldUnder(db, person_id, at);
  const announced = (await program.allTerms(db))
    .filter(
      ({ version, effective_from }) =>
        effective_from > at && mine.some(({ accepted }) => !accepted.includes(version)),
    )
    .map(({ version, effective_from, share_ppm, announced_at }): Known => ({
      key: `terms_change ${version}`,
      kind: 'terms_change',
      news: { code: 'terms', version, from: dayOf(effective_from), share_ppm },
      model: null,
      since: announced_at.toISOString(),
      amount_micros: null,
      href: `/program/terms/${version}`,
    }));
  const running_out = mine.flatMap(({ model_id, terms_version, runs_out_at: ends, accepted }): Known[] => {
    const is_near = ends && ends.getTime() - at.getTime() <= RUNS_OUT_DAYS * DAY_MS;
    if (!is_near || accepted.length > 0) return [];
    const model = nameOf(model_id);
    return [
      {
        key: `terms_change ${model.slug} ${dayOf(ends)}`,
        kind: 'terms_change',
        news: { code: 'terms_end', version: terms_version, on: dayOf(ends), is_over: ends <= at },
        model,
        since: null,
        amount_micros: null,
        href: `/program/models/${model.slug}`,
      },
    ];
  });
  return [...announced, ...running_out];
}

async function pricesChange({ db, clock }: Context, { held: all }: Holdings): Look {
  const at = clock.now();
  if (all.length === 0) return [];
  const cards = await generation.rateCards(db);
  return cards
    .filter(({ effective_at, announced_at }) => effective_at > at && announced_at <= at)
    .map(({ version, effective_at, announced_at }) => ({
      key: `prices_change ${version}`,
      kind: 'prices_change',
      news: { code: 'prices', version: String(version), from: dayOf(effective_at) },
      model: null,
      since: announced_at.toISOString(),
      amount_micros: null,
      href: '/program',
    }));
}
