import type { CreatorHome } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { clockAt, earlier, edgesOf, startIn } from '../../kit/buckets.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as generation from '../../modules/generation/index.ts';
import { alertsOf } from './alerts.ts';
import { gainedOf } from './earnings-groups.ts';
import { latelyOf, type ModelLately } from './lately.ts';
import { moneyOf } from './money.ts';
import { modelNamer } from './own-models.ts';
import { nextMinute, zoneOf } from './span.ts';
import { inFlightOf, purseOf } from './today.ts';
import { freshnessOf } from './usage.ts';

const HOURS_DAYS = 28;
const HOUR_MS = 3_600_000;
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
  const lately = latelyOf(db, person_id, now);
  const [purse, in_flight, { hours, recent }, top_models, alerts, usage] = await Promise.all([
    purseOf(db, person_id, zone, now),
    flightOf(db, person_id),
    hoursOf(db, person_id, zone, now),
    topModels(db, lately),
    alertsOf(context, person_id, lately),
    freshnessOf(db, now),
  ]);
  return {
    at: now.toISOString(),
    zone,
    ...purse,
    in_flight,
    hours,
    recent,
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

/** The hours of some weeks: each of the last day, and all of them by where they lie in a week. */
async function hoursOf(
  db: Db,
  person_id: AccountId,
  zone: string,
  now: Date,
): Promise<Pick<CreatorHome, 'hours' | 'recent'>> {
  const to = nextMinute(now);
  const from = earlier(startIn(now, zone, 'day'), zone, { days: HOURS_DAYS - 1 });
  const edges = edgesOf({ from, to }, zone, 'hour');
  const of = { creator_id: person_id, model_ids: null };
  const rows = await analytics.usageOf(db, { of, cuts: edges, by: 'all' });
  const found = new Map(rows.map((row) => [row.from.getTime(), row]));
  const points = edges.slice(0, -1).map((at) => {
    const { succeeded = 0, failed = 0, cancelled = 0, expired = 0 } = found.get(at.getTime()) ?? {};
    return { at, generations: succeeded + failed + cancelled + expired, succeeded, failed };
  });
  const cells = new Map<string, CreatorHome['hours']['cells'][number]>();
  for (const { at, generations } of points) {
    if (generations === 0) continue;
    const { weekday, hour } = clockAt(at, zone);
    const cell = cells.get(`${weekday} ${hour}`) ?? { weekday, hour, generations: 0 };
    cell.generations += generations;
    cells.set(`${weekday} ${hour}`, cell);
  }
  const day_ago = startIn(now, zone, 'hour').getTime() - 24 * HOUR_MS;
  return {
    hours: {
      from: from.toISOString(),
      to: to.toISOString(),
      cells: [...cells.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
    },
    recent: points
      .filter(({ at }) => at.getTime() >= day_ago)
      .map((point) => ({ ...point, at: point.at.toISOString() })),
  };
}

/** By what they brought, of what somebody owns and of what they share in. */
async function topModels(db: Db, lately: Promise<ModelLately[]>): Promise<CreatorHome['top_models']> {
  const models = (await lately).flatMap(({ model_id, ...rest }) =>
    model_id === null ? [] : { model_id, ...rest },
  );
  const nameOf = await modelNamer(
    db,
    models.map(({ model_id }) => model_id),
  );
  return models
    .map(({ model_id, used, earned }) => {
      const { succeeded, failed } = used('month');
      const brought = earned('month');
      // who has several parts in one has it counted once
      const by_role = [...Map.groupBy(brought, ({ role }) => role).values()].map((some) =>
        some.reduce((sum, { generations }) => sum + generations, 0),
      );
      return {
        model: nameOf(model_id),
        net_micros: moneyOf(brought.flatMap(gainedOf)).net_micros,
        generations: succeeded > 0 ? succeeded : Math.max(0, ...by_role),
        failed,
      };
    })
    .sort((a, b) => {
      const [one, other] = [BigInt(a.net_micros), BigInt(b.net_micros)];
      return one === other ? b.generations - a.generations : one < other ? 1 : -1;
    })
    .slice(0, TOP);
}
