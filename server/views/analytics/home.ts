import type { CreatorHome } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { clockAt, earlier, edgesOf, startIn } from '../../kit/buckets.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as generation from '../../modules/generation/index.ts';
import { alertsOf } from './alerts.ts';
import { gainedOf } from './earnings-groups.ts';
import { moneyOf } from './money.ts';
import { modelNamer } from './own-models.ts';
import { nextMinute, type Time, zoneOf } from './span.ts';
import { inFlightOf, purseOf } from './today.ts';
import { freshnessOf, pointsOf } from './usage.ts';

const HOURS_DAYS = 28;
const TOP_DAYS = 30;
const TOP = 5;

/** How somebody's models do now. */
export async function creatorHome(
  context: Context,
  person_id: AccountId,
  asked_zone: string,
): Promise<CreatorHome> {
  const { db, clock } = context;
  const zone = zoneOf(asked_zone);
  const now = clock.now();
  const to = nextMinute(now);
  const of = { creator_id: person_id, model_ids: null };
  const last_day = { from: new Date(startIn(now, zone, 'hour').getTime() - DAY_MS), to };
  const recent: Time = {
    ...last_day,
    ...{ range: 'custom', zone, grain: 'hour', edges: edgesOf(last_day, zone, 'hour'), runs: true },
  };
  const [purse, in_flight, hours, points, top_models, alerts, usage] = await Promise.all([
    purseOf(db, person_id, zone, now),
    flightOf(db, person_id),
    hoursOf(db, of, zone, { now, to }),
    pointsOf(db, of, recent),
    topModels(db, person_id, { from: new Date(to.getTime() - TOP_DAYS * DAY_MS), to }),
    alertsOf(context, person_id),
    freshnessOf(db, now),
  ]);
  return {
    at: now.toISOString(),
    zone,
    ...purse,
    in_flight,
    hours,
    recent: points,
    top_models,
    alerts,
    usage,
  };
}

async function flightOf(db: Db, person_id: AccountId): Promise<CreatorHome['in_flight']> {
  const open = (await generation.inFlight(db)).filter(({ creator_id }) => creator_id === person_id);
  const nameOf = await modelNamer(
    db,
    open.map(({ model_id }) => model_id),
  );
  return inFlightOf(open, person_id, nameOf);
}

async function hoursOf(
  db: Db,
  of: analytics.Of,
  zone: string,
  { now, to }: { now: Date; to: Date },
): Promise<CreatorHome['hours']> {
  const from = earlier(startIn(now, zone, 'day'), zone, { days: HOURS_DAYS - 1 });
  const rows = await analytics.usageOf(db, { of, cuts: edgesOf({ from, to }, zone, 'hour'), by: 'all' });
  const cells = new Map<string, CreatorHome['hours']['cells'][number]>();
  for (const { from: began, succeeded, failed, cancelled, expired } of rows) {
    const { weekday, hour } = clockAt(began, zone);
    const cell = cells.get(`${weekday} ${hour}`) ?? { weekday, hour, generations: 0 };
    cell.generations += succeeded + failed + cancelled + expired;
    cells.set(`${weekday} ${hour}`, cell);
  }
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    cells: [...cells.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
  };
}

/** By what they brought, of what somebody owns and of what they share in. */
async function topModels(
  db: Db,
  person_id: AccountId,
  { from, to }: { from: Date; to: Date },
): Promise<CreatorHome['top_models']> {
  const cuts = [from, to];
  const [earned, used] = await Promise.all([
    analytics.earnedBy(db, { person_id, cuts, by: ['model', 'role'] }),
    analytics.usageOf(db, { of: { creator_id: person_id, model_ids: null }, cuts, by: 'model' }),
  ]);
  const by_model = Map.groupBy(earned, ({ model_id }) => model_id);
  const ids = new Set([...by_model.keys(), ...used.map(({ model_id }) => model_id)]);
  const nameOf = await modelNamer(
    db,
    [...ids].filter((id) => id !== null),
  );
  return [...ids]
    .flatMap((model_id) => {
      if (model_id === null) return [];
      const some = by_model.get(model_id) ?? [];
      const own = used.find((row) => row.model_id === model_id);
      return [
        {
          model: nameOf(model_id),
          net_micros: moneyOf(some.flatMap(gainedOf)).net_micros,
          // who has several parts in one has it counted once
          generations: own?.succeeded ?? Math.max(0, ...some.map(({ generations }) => generations)),
          failed: own?.failed ?? 0,
        },
      ];
    })
    .sort((a, b) => {
      const [one, other] = [BigInt(a.net_micros), BigInt(b.net_micros)];
      return one === other ? b.generations - a.generations : one < other ? 1 : -1;
    })
    .slice(0, TOP);
}
