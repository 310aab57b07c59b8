import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import type { OwnRound } from '#api/competitions/list-own-rounds.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../../context.ts';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import { DAY_MS, dayOf, startOfDay } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import { micros } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { modelNamer } from '../analytics/own-models.ts';
import { unlessFew } from '../analytics/usage.ts';

const ROUNDS_MAX = 12;
const ROWS_MAX = 50_000;

/** What the newest rounds brought the models of somebody, beside as many days before. */
export async function ownRounds(
  { db, clock }: Context,
  person_id: AccountId,
): Promise<{ items: OwnRound[] }> {
  const own = await registry.findModels(db, { creator_id: person_id });
  const parts = await competitions.roundsWithModels(
    db,
    own.map(({ id }) => asId<ModelId>(id)),
    ROUNDS_MAX,
  );
  const rounds = await competitions.roundsByIds(
    db,
    parts.map(({ round_id }) => round_id),
  );
  const nameOf = await modelNamer(
    db,
    own.map(({ id }) => id),
  );
  const items: OwnRound[] = [];
  for (const part of parts) {
    const round = rounds.find(({ id }) => id === part.round_id);
    if (!round || round.opens_at > clock.now()) continue;
    const models = part.model_ids.map((id) => ({ ...nameOf(id), entered: part.entered_ids.includes(id) }));
    items.push({
      round: { slug: round.slug, title: round.title, month: round.month, state: round.state },
      models: models.toSorted((one, other) => (one.title < other.title ? -1 : 1)),
      ...(await broughtIn(db, person_id, part.model_ids, round, clock.now())),
      works: part.people > 0 && part.people < PEOPLE_MIN ? null : part.works,
      ...(await cameOf(db, round, part)),
    });
  }
  return { items };
}

/** Whole days: what ends within one has it to its end, and today counts as far as it has come. */
async function broughtIn(
  db: Db,
  person_id: AccountId,
  model_ids: readonly ModelId[],
  { opens_at, tally_at }: competitions.Round,
  at: Date,
) {
  const from = startOfDay(opens_at);
  const end = Math.min(at.getTime(), tally_at.getTime() - 1);
  const until = new Date(startOfDay(new Date(end)).getTime() + DAY_MS);
  const before = new Date(2 * from.getTime() - until.getTime());
  const cuts = [before, from, until];
  const of = { creator_id: person_id, model_ids };
  const [usage, people, earned, slots] = await Promise.all([
    analytics.usageOf(db, { of, cuts }),
    analytics.distinctOf(db, { of, cuts }),
    analytics.earnedBy(db, { person_id, model_ids, cuts, by: [] }),
    marketplace.slotDaysOf(db, person_id, { from: dayOf(before), until: dayOf(until), limit: ROWS_MAX }),
  ]);
  const seen = slots.filter(({ model_id }) => model_ids.includes(model_id));
  const inPart = (begins: Date, ends: Date) => {
    const rows = seen.filter(({ day }) => day >= dayOf(begins) && day < dayOf(ends));
    const is = (row: { from: Date }) => row.from.getTime() === begins.getTime();
    const money = earned.find(is);
    return {
      impressions: rows.reduce((sum, { impressions }) => sum + impressions, 0),
      visits: rows.reduce((sum, { visits }) => sum + visits, 0),
      generations: usage.find(is)?.succeeded ?? 0,
      people: unlessFew(people.find(is)?.people ?? 0),
      earned_micros: micros(money ? earnedIn(money) : 0n),
    };
  };
  return {
    ...{ from: from.toISOString(), until: until.toISOString() },
    days: Math.round((until.getTime() - from.getTime()) / DAY_MS),
    ...{ during: inPart(from, until), before: inPart(before, from) },
  };
}

const earnedIn = (money: analytics.Earned): bigint =>
  money.paid_micros + money.promo_micros - money.reversed_paid_micros - money.reversed_promo_micros;

/** How far works with these models came is told with the results, and not before. */
async function cameOf(
  db: Db,
  { id, state }: competitions.Round,
  { model_ids, finalists }: competitions.RoundWithModels,
): Promise<{ finalists: number | null; winners: number | null }> {
  if (!resultsAreOut(state)) return { finalists: null, winners: null };
  const places = await competitions.placesOut(db, 'round', [id]);
  const won = places.filter(({ asset_id, model_id }) => asset_id !== null && model_ids.includes(model_id));
  return { finalists, winners: won.length };
}
