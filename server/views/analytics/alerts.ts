import type { Alert } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import { DAY_MS, dayOf } from '../../kit/clock.ts';
import { micros } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as program from '../../modules/program/index.ts';
import { type Holdings, holdingsOf } from './own-models.ts';
import { reasonName } from './words.ts';
import { nextMinute } from './span.ts';

/** What somebody should know now. Nothing is kept of it: each look asks how things are. */
export async function alertsOf(context: Context, person_id: AccountId): Promise<Alert[]> {
  const holdings = await holdingsOf(context.db, person_id, undefined);
  const looks = await Promise.all([
    unpaid(context, person_id, holdings),
    failing(context, person_id, holdings),
    slow(context, person_id, holdings),
    held(context, person_id),
    termsChange(context, person_id, holdings),
    pricesChange(context, holdings),
  ]);
  return looks.flat();
}

type Look = Promise<Alert[]>;
const UNPAID_DAYS = 30;

/** A model is used and brings its owner nothing: said with the reason, before anybody has to ask. */
async function unpaid({ db, clock }: Context, person_id: AccountId, { nameOf }: Holdings): Look {
  const to = nextMinute(clock.now());
  const from = new Date(to.getTime() - UNPAID_DAYS * DAY_MS);
  const [used, gained] = await Promise.all([
    analytics.usageOf(db, { of: { creator_id: person_id, model_ids: null }, cuts: [from, to], by: 'model' }),
    earnings.gainedBy(db, person_id, [from, to]),
  ]);
  const paid = new Set(
    gained
      .filter(({ what, paid_micros, promo_micros }) => what === 'earned' && paid_micros + promo_micros > 0n)
      .map(({ model_id }) => model_id),
  );
  const unpaid_ones = used.filter(
    ({ succeeded, model_id }) => succeeded > 0 && model_id !== null && !paid.has(model_id),
  );
  return Promise.all(
    unpaid_ones.map(async ({ model_id, succeeded, related }) => {
      const model = nameOf(model_id ?? '');
      return {
        key: `usage_without_earnings ${model.slug}`,
        kind: 'usage_without_earnings' as const,
        title: `${model.title} is used and earns you nothing`,
        why: `${succeeded} generations in ${UNPAID_DAYS} days. ${await whyUnpaid(db, person_id, model_id, succeeded === related, clock.now())}`,
        model,
        since: null,
        amount_micros: '0',
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
): Promise<string> {
  if (only_related)
    return 'All of them were made by people with a part in it, and those pay nobody but the platform.';
  if (model_id === null) return '';
  const [agreement, split] = await Promise.all([
    program.agreementInForce(db, model_id, at),
    earnings.splitInForce(db, model_id, at),
  ]);
  if (agreement?.share_ppm === 0) return 'Your agreement gives its creators no part of the price.';
  const part = split?.parts.find((one) => one.person_id === person_id)?.part_ppm ?? 0;
  if (part === 0) return 'Its split gives you no part of what it earns.';
  return 'Your part of each was less than a millionth of a credit, or went to the owners of its parents.';
}

const FAILED_MIN = 5;
const FAILURE_PPM = 200_000;

async function failing({ db, clock }: Context, person_id: AccountId, { nameOf }: Holdings): Look {
  const cuts = lastDay(clock.now());
  const of = { creator_id: person_id, model_ids: null };
  const [used, reasons] = await Promise.all([
    analytics.usageOf(db, { of, cuts, by: 'model' }),
    analytics.reasonsOf(db, { of, cuts }),
  ]);
  return used.flatMap(({ model_id, failed, succeeded }): Alert[] => {
    if (model_id === null || failed < FAILED_MIN || failed * 1_000_000 < FAILURE_PPM * (failed + succeeded))
      return [];
    const model = nameOf(model_id);
    const [most] = reasons
      .filter((one) => one.model_id === model_id)
      .toSorted((a, b) => b.generations - a.generations);
    return [
      {
        key: `failing ${model.slug}`,
        kind: 'failing',
        title: `${model.title} fails often`,
        why: `${failed} of ${failed + succeeded} failed within a day.${most ? ` Most often: ${reasonName(most.reason).toLowerCase()}.` : ''}`,
        model,
        since: null,
        amount_micros: null,
        href: `/creator/usage?models=${model.slug}`,
      },
    ];
  });
}

const SLOW_TIMES = 2;
const RUNS_MIN = 10;
const LOOKED_AT_MAX = 10;

/** A day is held against the week before it. */
async function slow({ db, clock }: Context, person_id: AccountId, { nameOf }: Holdings): Look {
  const [from, to] = lastDay(clock.now());
  const week_before = new Date((from?.getTime() ?? 0) - 7 * DAY_MS);
  const used = await analytics.usageOf(db, {
    of: { creator_id: person_id, model_ids: null },
    cuts: lastDay(clock.now()),
    by: 'model',
  });
  const busiest = used
    .filter(({ succeeded }) => succeeded >= RUNS_MIN)
    .toSorted((a, b) => b.succeeded - a.succeeded)
    .slice(0, LOOKED_AT_MAX)
    .flatMap(({ model_id }) => model_id ?? []);
  const alerts = await Promise.all(
    busiest.map(async (model_id): Promise<Alert | null> => {
      const rows = await analytics.latencyOf(db, {
        of: { creator_id: person_id, model_ids: [model_id] },
        cuts: [week_before, from ?? week_before, to ?? week_before],
      });
      const at = (instant: Date | undefined) => rows.find((row) => row.from.getTime() === instant?.getTime());
      const [before, now] = [medianOf(at(week_before)), medianOf(at(from))];
      if (!before || !now || before.runs < RUNS_MIN || now.ms < SLOW_TIMES * before.ms) return null;
      const model = nameOf(model_id);
      return {
        key: `slow ${model.slug}`,
        kind: 'slow',
        title: `${model.title} runs slowly`,
        why: `Half of its runs took ${inSeconds(now.ms)} or more within a day; in the week before it was ${inSeconds(before.ms)}.`,
        model,
        since: null,
        amount_micros: null,
        href: `/creator/usage?models=${model.slug}`,
      };
    }),
  );
  return alerts.filter((alert) => alert !== null);
}

function medianOf(row: { run: analytics.Histogram } | undefined): { ms: number; runs: number } | null {
  if (!row) return null;
  const [ms] = analytics.percentilesOf(row.run, [0.5]);
  return ms === null || ms === undefined ? null : { ms, runs: row.run.reduce((sum, n) => sum + n, 0) };
}

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
const lastDay = (now: Date): Date[] => {
  const to = nextMinute(now);
  return [new Date(to.getTime() - DAY_MS), to];
};

const WHY_HELD: Record<earnings.HeldBy['about'], string> = {
  claim: 'Somebody says that what it is of is theirs. It waits until that is decided.',
  dispute: 'Somebody disputes the payment behind it. It waits until that is decided.',
  review: 'Finance looks into the generations that it is of. It waits until that is decided.',
};

async function held({ db }: Context, person_id: AccountId): Look {
  return (await earnings.heldNow(db, person_id)).map(
    ({ case_id, claim_id, about, opened_at, amount_micros, generations }) => ({
      key: `earnings_held ${case_id}`,
      kind: 'earnings_held',
      title: 'Some of your earnings are set aside',
      why: `${WHY_HELD[about]} ${generations} ${generations === 1n ? 'generation' : 'generations'}.`,
      model: null,
      since: opened_at.toISOString(),
      amount_micros: micros(amount_micros),
      href: claim_id ? `/claims/${claim_id}` : '/earnings',
    }),
  );
}

/** So many models are looked at for terms that run out; the others have the same terms, as a rule. */
const AGREEMENTS_MAX = 20;
const RUNS_OUT_DAYS = 60;

async function termsChange(
  { db, clock }: Context,
  person_id: AccountId,
  { held: all, nameOf }: Holdings,
): Look {
  const at = clock.now();
  const mine = all.filter(({ to }) => to === null || to > at).slice(0, AGREEMENTS_MAX);
  if (mine.length === 0) return [];
  const [terms, agreements] = await Promise.all([
    program.allTerms(db),
    Promise.all(mine.map(async ({ model_id }) => program.agreementInForce(db, model_id, at))),
  ]);
  const announced = terms
    .filter(({ effective_from }) => effective_from > at)
    .map(({ version, effective_from, share_ppm, announced_at }): Alert => ({
      key: `terms_change ${version}`,
      kind: 'terms_change',
      title: `New terms from ${dayOf(effective_from)}`,
      why: `Version ${version} gives creators ${share_ppm / 10_000} % of the price. Read what changes, and accept it or stay with yours.`,
      model: null,
      since: announced_at.toISOString(),
      amount_micros: null,
      href: `/program/terms/${version}`,
    }));
  const running_out = mine.flatMap(({ model_id }, place): Alert[] => {
    const agreement = agreements[place];
    const ends = agreement?.creator_id === person_id ? agreement.runs_out_at : null;
    if (!ends || ends.getTime() - at.getTime() > RUNS_OUT_DAYS * DAY_MS) return [];
    const model = nameOf(model_id);
    return [
      {
        key: `terms_change ${model.slug} ${dayOf(ends)}`,
        kind: 'terms_change',
        title: ends <= at ? `${model.title} rests` : `The terms of ${model.title} run out on ${dayOf(ends)}`,
        why: `It goes by version ${agreement?.terms_version ?? ''}, which was replaced. Without a newer one nothing begins with it after that day.`,
        model,
        since: null,
        amount_micros: null,
        href: '/earnings',
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
      title: `New prices from ${dayOf(effective_at)}`,
      why: `Price list ${version} was announced. What begins before that day is charged by the one that holds now.`,
      model: null,
      since: announced_at.toISOString(),
      amount_micros: null,
      href: '/help',
    }));
}
