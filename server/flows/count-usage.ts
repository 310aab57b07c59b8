import { DAY_MS } from '../kit/clock.ts';
import type { Db, Tx } from '../kit/database.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { shownSettings } from '../views/shown-settings.ts';

type Told = { ended: readonly string[]; corrected: readonly string[]; adjusted: readonly string[] };

/**
 * Counts generations that have ended, and what became of the money of others. What is told of is looked up, all of it
 * at once; what was counted before counts for nothing, so it may be told of again.
 */
export async function countUsage(tx: Tx, { ended, corrected, adjusted }: Told): Promise<number> {
  // what is corrected was settled by a transaction whose news may come after this one's
  const facts = await factsOf(tx, [...new Set([...ended, ...corrected])]);
  const counted = await analytics.addFacts(tx, facts);
  const changes = [
    ...(corrected.length > 0 ? await earnings.moneyChangesOf(tx, [...new Set(corrected)]) : []),
    ...(adjusted.length > 0 ? await earnings.approvedAdjustments(tx, adjusted) : []),
  ];
  return counted + (await analytics.addCorrections(tx, changes, facts));
}

/** Generations that have ended, as facts: by whom, how and why they were made, as far as that is known now. */
export async function factsOf(db: Db, ids: readonly string[]): Promise<analytics.Fact[]> {
  if (ids.length === 0) return [];
  const jobs = await generation.endedAmong(db, ids);
  const succeeded = jobs.filter(({ state }) => state === 'succeeded').map(({ id }) => id);
  const partsOf = await earnings.partsSettled(db, succeeded);
  const cameBy = await whence(db, jobs);
  const settingsOf = await settings(db, jobs);
  return jobs.map((job): analytics.Fact => {
    const { began_at, leased_at, delivered_at, ended_at } = job;
    const charged = job.state === 'succeeded';
    return {
      generation_id: job.id,
      ended_at,
      began_at,
      ...{ model_id: job.model_id, release_id: job.release_id, creator_id: job.creator_id },
      payer_id: job.payer_id,
      outcome: job.state,
      reason: job.state === 'failed' || job.state === 'expired' ? (job.reason ?? 'unknown') : null,
      related: job.related,
      price_micros: job.price_micros,
      promo_micros: charged ? job.promo_micros : 0n,
      paid_micros: charged ? job.paid_micros : 0n,
      queue_ms: between(began_at, leased_at ?? ended_at),
      run_ms: leased_at && delivered_at ? between(leased_at, delivered_at) : null,
      total_ms: between(began_at, ended_at),
      via: analytics.VIAS.find((via) => via === job.via) ?? (job.by_key ? 'api' : 'page'),
      ...cameBy(job),
      region: job.region,
      settings: settingsOf(job),
      modality: job.modality,
      earned: partsOf.get(job.id) ?? [],
    };
  });
}

/** A clock may have been set back in between. */
const between = (from: Date, to: Date) => Math.max(0, to.getTime() - from.getTime());

type Whence = Pick<analytics.Fact, 'source' | 'slot_id' | 'follower'>;

/** By what payers came to the models: what is nearest to the generation counts, a featured place before a link. */
async function whence(db: Db, jobs: readonly generation.Ended[]): Promise<(job: generation.Ended) => Whence> {
  const touches = await marketplace.slotTouches(
    db,
    jobs.map(({ payer_id, model_id }) => ({ person_id: payer_id, model_id })),
  );
  const follows = await marketplace.followsAmong(
    db,
    jobs.map(({ payer_id, creator_id }) => ({ follower_id: payer_id, creator_id })),
  );
  const brought = await campaigns.broughtBy(
    db,
    jobs.map(({ payer_id }) => payer_id),
  );
  return ({ payer_id, model_id, creator_id, began_at }) => {
    const follower = follows.has(`${payer_id} ${creator_id}`);
    const touch = touches.get(`${payer_id} ${model_id}`);
    if (touch && isWithin(touch.at, began_at, marketplace.TOUCH_DAYS))
      return { source: touch.kind === 'campaign' ? 'campaign' : 'slot', slot_id: touch.slot_id, follower };
    const link = brought.get(payer_id);
    if (link?.owner_id === creator_id && isWithin(link.at, began_at, marketplace.TOUCH_DAYS))
      return { source: 'link', slot_id: null, follower };
    return { source: follower ? 'follow' : 'direct', slot_id: null, follower };
  };
}

function isWithin(before: Date, after: Date, days: number): boolean {
  const passed_ms = after.getTime() - before.getTime();
  return passed_ms >= 0 && passed_ms <= days * DAY_MS;
}

/** Numbers and choices that a model offers, as `field=value`; what is drawn at random says nothing. */
async function settings(db: Db, jobs: readonly generation.Ended[]) {
  const schemas = await registry.inputSchemasOf(db, [...new Set(jobs.map(({ release_id }) => release_id))]);
  return ({ release_id, input }: generation.Ended): string[] => {
    const shown = shownSettings(schemas.get(release_id) ?? {}, input, false);
    return Object.entries(shown).flatMap(([field, value]) =>
      field === 'seed' ? [] : [`${field}=${typeof value === 'number' ? rounded(value) : String(value)}`],
    );
  };
}

/** A slider has as many places as there are people: its neighbours count as one. */
const rounded = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(1)));
