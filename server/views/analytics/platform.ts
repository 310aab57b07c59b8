import type { PlatformReport } from '#api/analytics/shapes.ts';
import type { Books } from '#api/books/shapes.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../kit/database.ts';
import { micros, sum } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { booksAt } from '../books.ts';
import { people } from '../people.ts';
import { type Asked, priorTo, shownSpan, type Time, timeOf, wholeHoursIn } from './span.ts';
import { freshnessOf, peopleOf, usedIn } from './usage.ts';

const TOP = 10;
/** A worker that was heard of within this time is there. */
const SEEN_MS = 60_000;

/** How the platform does: use as it was counted, money as it lies in the books. */
export async function platformReport(
  context: Context,
  asked: Asked & { prior: 'true' | 'false' },
): Promise<PlatformReport> {
  const { db, clock } = context;
  const now = clock.now();
  const time = await timeOf(context, asked, () => ledger.firstPosted(db));
  const prior = asked.prior === 'true' ? priorTo(time) : null;
  const [used, models, books, applications, fleet, fresh] = await Promise.all([
    usedIn(db, analytics.EVERYBODY, time, prior, {
      peopleOver: (one) => peopleOf(db, analytics.EVERYBODY, one),
      tellsFew: true,
    }),
    modelsOf(db, time),
    booksOver(context, time, now),
    program.applicationFunnel(db),
    fleetOf(db, now),
    freshnessOf(db, now),
  ]);
  const { by_modality: _, ...funnel } = applications;
  return {
    span: shownSpan(time),
    ...fresh,
    whole_hours_before: await wholeHoursIn(db, time, prior),
    ...used.now,
    prior:
      prior && used.before
        ? { from: prior.from.toISOString(), to: prior.to.toISOString(), ...used.before }
        : null,
    ...models,
    ...books,
    applications: funnel,
    fleet,
  };
}

async function modelsOf(
  db: Db,
  { from, to }: Time,
): Promise<Pick<PlatformReport, 'modalities' | 'top_models'>> {
  const rows = await analytics.usageOf(db, { of: analytics.EVERYBODY, cuts: [from, to], by: 'model' });
  const models = await registry.modelsByIds(
    db,
    rows.flatMap(({ model_id }) => model_id ?? []),
  );
  const person = await people(
    db,
    models.map(({ creator_id }) => creator_id),
  );
  const used = rows.flatMap(({ model_id, succeeded, paid_micros, promo_micros }) => {
    const model = models.find(({ id }) => id === model_id);
    if (!model) return [];
    const { slug, title, creator_id } = model;
    const modality = registry.Modality.parse(model.modality);
    return [
      {
        model: { slug, title, modality },
        creator: person(creator_id),
        generations: succeeded,
        price: paid_micros + promo_micros,
      },
    ];
  });
  return {
    modalities: [...Map.groupBy(used, ({ model }) => model.modality)].map(([modality, some]) => ({
      modality,
      generations: some.reduce((total, { generations }) => total + generations, 0),
      price_micros: micros(sum(some.map(({ price }) => price))),
    })),
    top_models: used
      .toSorted((a, b) => (a.price === b.price ? b.generations - a.generations : a.price < b.price ? 1 : -1))
      .slice(0, TOP)
      .map(({ price, ...row }) => ({ ...row, price_micros: micros(price) })),
  };
}

const OF_CREATORS = ['vesting', 'pending', 'available', 'held', 'reserved', 'receivable', 'paid-out'];
const OF_US = ['platform', 'platform-promo'];

/** The books at the end of a time, and what changed in them since its beginning. */
async function booksOver(
  context: Context,
  { from, to }: Time,
  now: Date,
): Promise<Pick<PlatformReport, 'revenue' | 'liabilities'>> {
  const [opening, closing] = [await booksAt(context, from), await booksAt(context, to > now ? null : to)];
  const gained = (keys: readonly string[]) =>
    sum(keys.map((key) => lineOf(closing, key) - lineOf(opening, key)));
  const [creators, platform] = [gained(OF_CREATORS), gained(OF_US)];
  return {
    revenue: {
      charged_micros: micros(creators + platform + gained(['adjustments'])),
      platform_micros: micros(platform),
      creators_micros: micros(creators),
      earned_revenue_micro_usd: micros(gained(['earned-revenue'])),
      // all ever sold lies there as a debit
      credits_sold_micros: micros(-gained(['sold'])),
    },
    liabilities: closing.promises.map(({ key, name, owed_micros, backing_micros, difference_micros }) => ({
      ...{ key, name, owed_micros, backing_micros, difference_micros },
    })),
  };
}

function lineOf({ promises, others }: Books, key: string): bigint {
  const lines = [...promises.flatMap(({ owed, backing }) => [...owed, backing]), ...others];
  return BigInt(lines.find((line) => line.key === key)?.amount_micros ?? '0');
}

async function fleetOf(db: Db, now: Date): Promise<PlatformReport['fleet']> {
  const [pools, workers] = await Promise.all([generation.poolStandings(db, now), generation.listWorkers(db)]);
  const count = (trust: generation.Worker['trust']) => workers.filter((one) => one.trust === trust).length;
  return {
    pools: pools.map(({ pool, waiting, in_hand, slots, wait_ms }) => ({
      pool,
      waiting,
      in_hand,
      slots,
      wait_ms,
    })),
    workers: {
      trusted: count('trusted'),
      probation: count('probation'),
      suspended: count('suspended'),
      seen: workers.filter(({ seen_at }) => seen_at && now.getTime() - seen_at.getTime() < SEEN_MS).length,
    },
  };
}
