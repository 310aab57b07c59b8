import { sql } from 'kysely';
import * as z from 'zod';
import { Audience, CampaignGoal, CampaignPlan } from '#api/campaigns/shapes.ts';
import { OpenSurface } from '#api/slots/surfaces.ts';
import { type AccountId, asId, type CampaignId, type LinkId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { type CampaignAct, campaignMachine, type CampaignState } from './machine.ts';

export const START_TIMER = 'campaign.start';
export const END_TIMER = 'campaign.end';
export const SETTLE_TIMER = 'campaign.settle';
export const REPEAT_TIMER = 'campaign.repeat';
/** So long after its end what was done before is still heard of, and refunds of it too. */
export const SETTLES_AFTER_DAYS = 3;
/** So long before its start next month's is made. */
export const REPEATS_AHEAD_DAYS = 14;

/** A place in the marketplace that a campaign asks for. */
const WantedSlot = z.object({ surface: OpenSurface, position: z.int(), model_id: z.uuid() });
export type WantedSlot = z.infer<typeof WantedSlot>;

/** What an editor decides about it; money in micro-credits, models and places apart. */
export type Plan = {
  slug: string;
  title: string;
  tagline: string;
  story: string;
  goal: CampaignGoal;
  starts_at: Date;
  ends_at: Date;
  budget_micros: bigint;
  credits_micros: bigint;
  audience: z.infer<typeof Audience>;
  holdout_ppm: number;
  banner_days_max: number;
  slots: WantedSlot[];
  repeats: CampaignPlan['repeats'];
};

export type Campaign = Plan & {
  id: CampaignId;
  series_id: CampaignId;
  series_no: number;
  series_starts_at: Date;
  written_by: AccountId;
  written_at: Date;
  submitted_by: AccountId | null;
  approved_by: AccountId | null;
  seed: string | null;
  shown_people: number | null;
  held_out_people: number | null;
  scheduled_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  settled_at: Date | null;
  returned_micros: bigint | null;
  state: CampaignState;
  version: number;
};

const all = (db: Db) => db.selectFrom('campaigns.campaign').selectAll();
/** What was called off before it began has no address any more. */
const HAS_ADDRESS = sql<boolean>`(ended_at is null or started_at is not null)`;
type Row = Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>;

const isState = (state: string): state is CampaignState => Object.hasOwn(campaignMachine.states, state);
export function stateOf(state: string): CampaignState {
  if (!isState(state)) throw new Error(`no campaign is ${state}`);
  return state;
}
const person = (id: string | null) => (id === null ? null : asId<AccountId>(id));

const read = ({ goal_kind, goal_people, ...row }: Row): Campaign => ({
  ...row,
  id: asId(row.id),
  series_id: asId(row.series_id),
  written_by: asId(row.written_by),
  submitted_by: person(row.submitted_by),
  approved_by: person(row.approved_by),
  goal: CampaignGoal.parse({ kind: goal_kind, people: goal_people }),
  audience: Audience.parse(row.audience),
  slots: z.array(WantedSlot).parse(row.slots),
  repeats: CampaignPlan.shape.repeats.parse(row.repeats),
  state: stateOf(row.state),
});

const columnsOf = ({ goal, audience, slots, ...plan }: Plan) => ({
  ...plan,
  goal_kind: goal.kind,
  goal_people: goal.people,
  audience: JSON.stringify(audience),
  slots: JSON.stringify(slots),
});

/** Begins the draft of a campaign, the first of its series or one that repeats another. */
export async function beginCampaign(
  tx: Tx,
  campaign: Plan & Pick<Campaign, 'id' | 'series_id' | 'series_no' | 'series_starts_at' | 'written_by'>,
  by: Actor,
  at: Date,
): Promise<void> {
  const { id, series_id, series_no, series_starts_at, written_by, ...plan } = campaign;
  await tx
    .insertInto('campaigns.campaign')
    .values({
      ...columnsOf(plan),
      ...{ id, series_id, series_no, series_starts_at, written_by, written_at: at },
      state: campaignMachine.begins,
    })
    .execute();
  await begin(tx, campaignMachine, { id, by, at });
}

/** Writes the plan of a draft anew; whoever saw an older one has to look again. */
export async function writePlan(tx: Tx, { id, version }: Campaign, plan: Plan): Promise<void> {
  await tx
    .updateTable('campaigns.campaign')
    .set({ ...columnsOf(plan), version: version + 1 })
    .where('id', '=', id)
    .execute();
}

/** A draft that nothing repeats gives its series the day of the month. */
export async function beginSeriesAt(tx: Tx, id: CampaignId, starts_at: Date): Promise<void> {
  await tx
    .updateTable('campaigns.campaign')
    .set({ series_starts_at: starts_at })
    .where('id', '=', id)
    .where('series_no', '=', 0)
    .execute();
}

type Ways = Pick<
  Campaign,
  | 'submitted_by'
  | 'approved_by'
  | 'seed'
  | 'scheduled_at'
  | 'started_at'
  | 'ended_at'
  | 'settled_at'
  | 'returned_micros'
>;

export const moveCampaign = (
  tx: Tx,
  act: CampaignAct,
  step: { id: CampaignId; by: Actor; at: Date; version?: number; reason?: string; set?: Partial<Ways> },
): Promise<number> => takeStep(tx, campaignMachine, act, step);

/** Whether it may still be said if next month’s is made: of one that is over, only that it is not, or as a draft. */
export const mayChangeRepeat = ({ state, repeats, started_at }: Campaign): boolean =>
  ['scheduled', 'running', 'paused'].includes(state) ||
  (['ended', 'settled'].includes(state) && started_at !== null && repeats !== 'no');

export async function changeRepeat(tx: Tx, id: CampaignId, repeats: Plan['repeats']): Promise<void> {
  await tx.updateTable('campaigns.campaign').set({ repeats }).where('id', '=', id).execute();
}

export async function campaignById(db: Db, id: CampaignId): Promise<Campaign | undefined> {
  const row = await all(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

export async function campaignBySlug(db: Db, slug: string): Promise<Campaign | undefined> {
  const row = await all(db).where('slug', '=', slug).where(HAS_ADDRESS).executeTakeFirst();
  return row && read(row);
}

/** Keeps the row of a campaign as it is until the transaction ends. */
export async function lockCampaign(tx: Tx, id: CampaignId): Promise<Campaign | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

/** The same for whoever only needs that it does not end meanwhile: they do not wait for each other. */
export async function keepCampaign(tx: Tx, slug: string): Promise<Campaign | undefined> {
  const row = await all(tx).where('slug', '=', slug).where(HAS_ADDRESS).forShare().executeTakeFirst();
  return row && read(row);
}

/** In the order of their start, the newest first. */
export async function campaignsPage(
  db: Db,
  {
    states,
    after,
    limit,
  }: { states: readonly CampaignState[]; after: { at: Date; id: string } | null; limit: number },
): Promise<Campaign[]> {
  let query = all(db).where('state', 'in', [...states]);
  if (after)
    query = query.where(sql<boolean>`(starts_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  const rows = await query.orderBy('starts_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(read);
}

/** Those that run, the one that ends first before the others. */
export async function runningCampaigns(db: Db, limit: number): Promise<Campaign[]> {
  const rows = await all(db)
    .where('state', '=', 'running')
    .orderBy('ends_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(read);
}

export async function seriesOf(db: Db, series_id: CampaignId): Promise<Campaign[]> {
  const rows = await all(db)
    .where('series_id', '=', series_id)
    .orderBy('series_no', 'desc')
    .limit(24)
    .execute();
  return rows.map(read);
}

export async function slugIsTaken(db: Db, slug: string): Promise<boolean> {
  return (await campaignBySlug(db, slug)) !== undefined;
}

/** What is said of campaigns elsewhere. */
export async function campaignNames(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, { slug: string; title: string; state: CampaignState }>();
  const rows = await db
    .selectFrom('campaigns.campaign')
    .select(['id', 'slug', 'title', 'state'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, slug, title, state }) => [id, { slug, title, state: stateOf(state) }]));
}

/** Which of them were settled: what comes back of those is there for all campaigns. */
export async function settledAmong(db: Db, ids: readonly CampaignId[]): Promise<Set<CampaignId>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('campaigns.campaign')
    .select('id')
    .where('id', 'in', [...ids])
    .where('settled_at', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => asId<CampaignId>(id)));
}

/** The referral links that lead to a campaign now. */
export async function linksTo(db: Db, id: CampaignId): Promise<LinkId[]> {
  const { rows } = await sql<{ link_id: LinkId }>`
    select d.link_id from campaigns.link_destination d where d.kind = 'campaign' and d.subject_id = ${id}
      and d.version = (select max(version) from campaigns.link_destination n where n.link_id = d.link_id)`.execute(
    db,
  );
  return rows.map(({ link_id }) => link_id);
}

// featured models --------------------------------------------------------------------------------------------

export type Answer = 'open' | 'accepted' | 'declined';
export type Feature = {
  campaign_id: CampaignId;
  model_id: ModelId;
  position: number;
  answer: Answer;
  answered_by: AccountId | null;
  answered_at: Date | null;
};

const features = (db: Db) =>
  db
    .selectFrom('campaigns.feature')
    .selectAll()
    .$narrowType<Feature>()
    .orderBy('campaign_id')
    .orderBy('position');

export const featuresOf = (db: Db, ids: readonly CampaignId[]): Promise<Feature[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : features(db)
        .where('campaign_id', 'in', [...ids])
        .execute();

/** Models of a draft in this order, and nobody has answered. */
export async function putFeatures(
  tx: Tx,
  campaign_id: CampaignId,
  model_ids: readonly ModelId[],
): Promise<void> {
  await tx.deleteFrom('campaigns.feature').where('campaign_id', '=', campaign_id).execute();
  await insertAll(
    tx,
    'campaigns.feature',
    model_ids.map((model_id, position) => ({ campaign_id, model_id, position })),
  );
}

export async function answerFeature(
  tx: Tx,
  { campaign_id, model_id }: Pick<Feature, 'campaign_id' | 'model_id'>,
  answer: { answer: Answer; answered_by: AccountId | null; answered_at: Date },
): Promise<void> {
  await tx
    .updateTable('campaigns.feature')
    .set(answer)
    .where('campaign_id', '=', campaign_id)
    .where('model_id', '=', model_id)
    .execute();
}

/** What these models were offered that was submitted, the newest first. */
export async function offersFor(db: Db, model_ids: readonly ModelId[], limit: number) {
  if (model_ids.length === 0) return [];
  return (
    db
      .selectFrom('campaigns.feature as feature')
      .innerJoin('campaigns.campaign as campaign', 'campaign.id', 'feature.campaign_id')
      .selectAll('feature')
      .$narrowType<Feature>()
      .where('feature.model_id', 'in', [...model_ids])
      // one that repeats was submitted by nobody
      .where(
        sql<boolean>`(campaign.submitted_by is not null or campaign.scheduled_at is not null or campaign.state = 'review')`,
      )
      .where('campaign.state', 'not in', ['draft'])
      .orderBy('campaign.starts_at', 'desc')
      .orderBy('feature.campaign_id')
      .limit(limit)
      .execute()
  );
}
