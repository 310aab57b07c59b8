import { sql } from 'kysely';
import { type AccountId, asId, type CampaignId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { isHeldOut } from './holdout.ts';
import type { Campaign } from './campaigns.ts';
import type { Group } from './lift.ts';

/** Writes down an audience as it comes, each in the group that the seed puts them into. */
export async function freeze(
  tx: Tx,
  { id: campaign_id, holdout_ppm }: Pick<Campaign, 'id' | 'holdout_ppm'>,
  seed: string,
  audience: AsyncIterable<readonly AccountId[]>,
): Promise<void> {
  const sizes = { shown_people: 0, held_out_people: 0 };
  for await (const people of audience) {
    const rows = people.map((person_id) => ({
      ...{ campaign_id, person_id },
      held_out: isHeldOut(seed, person_id, holdout_ppm),
    }));
    const held = rows.filter(({ held_out }) => held_out).length;
    sizes.held_out_people += held;
    sizes.shown_people += rows.length - held;
    await insertAll(tx, 'campaigns.person', rows);
  }
  await tx.updateTable('campaigns.campaign').set(sizes).where('id', '=', campaign_id).execute();
}

/** In which group somebody is; null: in none. */
export async function placeIn(db: Db, campaign_id: CampaignId, person_id: AccountId) {
  const row = await db
    .selectFrom('campaigns.person')
    .select('held_out')
    .where('campaign_id', '=', campaign_id)
    .where('person_id', '=', person_id)
    .executeTakeFirst();
  return row ? { held_out: row.held_out } : null;
}

/** The campaigns that somebody is held out of and that could be seen now. */
export async function heldOutOf(db: Db, person_id: AccountId): Promise<Set<string>> {
  const rows = await db
    .selectFrom('campaigns.person as person')
    .innerJoin('campaigns.campaign as campaign', 'campaign.id', 'person.campaign_id')
    .select('campaign.id')
    .where('person.person_id', '=', person_id)
    .where('person.held_out', '=', true)
    .where('campaign.state', 'in', ['scheduled', 'running', 'paused', 'ended', 'settled'])
    .execute();
  return new Set(rows.map(({ id }) => id));
}

export type Numbers = {
  shown: Group;
  held_out: Group;
  told_people: number;
  banner_people: number;
  granted_people: number;
  granted_micros: bigint;
};

/** How many people there are of each kind, by campaign. */
export async function numbersOf(db: Db, ids: readonly CampaignId[]): Promise<Map<string, Numbers>> {
  const { rows } = await sql<{
    id: string;
    shown: number;
    held_out: number;
    shown_converted: number;
    held_out_converted: number;
    told_people: number;
    banner_people: number;
    granted_people: number;
    granted_micros: bigint;
  }>`
    select c.id, coalesce(c.shown_people, 0) as shown, coalesce(c.held_out_people, 0) as held_out, v.shown_converted, v.held_out_converted, t.told_people, b.banner_people,
           g.granted_people, g.granted_micros
    from campaigns.campaign c
    cross join lateral (select count(*) filter (where not o.held_out)::int4 as shown_converted, count(*) filter (where o.held_out)::int4 as held_out_converted
      from campaigns.conversion x join campaigns.person o using (campaign_id, person_id) where x.campaign_id = c.id) v
    cross join lateral (select count(*)::int4 as told_people from campaigns.told where campaign_id = c.id and heard) t
    cross join lateral (select count(distinct person_id)::int4 as banner_people from campaigns.showing where campaign_id = c.id) b
    cross join lateral (select count(*)::int4 as granted_people, coalesce(sum(amount_micros), 0)::int8 as granted_micros
      from campaigns.credit_grant where campaign_id = c.id) g
    where c.id = any(${[...ids]}::uuid[])`.execute(db);
  return new Map(
    rows.map(({ id, shown, held_out, shown_converted, held_out_converted, ...row }) => [
      id,
      {
        ...row,
        shown: { people: shown, converted: shown_converted },
        held_out: { people: held_out, converted: held_out_converted },
      },
    ]),
  );
}

// what is given --------------------------------------------------------------------------------------------

export type CreditGrant = { amount_micros: bigint; at: Date };

/** Writes down that somebody gets the credits of a campaign. False: they had got them before. */
export async function insertGrant(
  tx: Tx,
  grant: CreditGrant & { campaign_id: CampaignId; person_id: AccountId },
): Promise<boolean> {
  const made = await tx
    .insertInto('campaigns.credit_grant')
    .values(grant)
    .onConflict((conflict) => conflict.doNothing())
    .returning('person_id')
    .executeTakeFirst();
  return made !== undefined;
}

export const grantTo = (
  db: Db,
  campaign_id: CampaignId,
  person_id: AccountId,
): Promise<CreditGrant | undefined> =>
  db
    .selectFrom('campaigns.credit_grant')
    .select(['amount_micros', 'at'])
    .where('campaign_id', '=', campaign_id)
    .where('person_id', '=', person_id)
    .executeTakeFirst();

// what is seen ---------------------------------------------------------------------------------------------

/**
 * The campaign whose banner somebody may see on a day: it runs, they are of its audience and not held out, they have
 * seen it on fewer days than it may be, and have not put it away. Of several the one that ends first.
 */
export async function bannerFor(db: Db, person_id: AccountId, day: string): Promise<CampaignId | null> {
  const { rows } = await sql<{ id: string }>`
    select c.id from campaigns.person p join campaigns.campaign c on c.id = p.campaign_id
    where p.person_id = ${person_id} and not p.held_out and c.state = 'running' and c.banner_days_max > 0
      and not exists (select from campaigns.dismissal d where d.campaign_id = c.id and d.person_id = p.person_id)
      and (select count(*) from campaigns.showing s where s.campaign_id = c.id and s.person_id = p.person_id and s.day <> ${day}::date)
        < c.banner_days_max
    order by c.ends_at, c.id limit 1`.execute(db);
  return rows[0] ? asId<CampaignId>(rows[0].id) : null;
}

/** Somebody saw the banner on a day; on no more days than it may be seen. */
export async function noteShowing(
  tx: Tx,
  campaign_id: CampaignId,
  person_id: AccountId,
  day: string,
): Promise<void> {
  // two days at once, of two tabs around midnight, must not be one too many
  await sql`select pg_advisory_xact_lock(hashtext('campaign seen'), hashtext(${person_id}))`.execute(tx);
  await sql`
    insert into campaigns.showing (campaign_id, person_id, day)
    select ${campaign_id}::uuid, ${person_id}::uuid, ${day}::date
    from campaigns.campaign c where c.id = ${campaign_id} and (
      select count(*) from campaigns.showing s where s.campaign_id = c.id and s.person_id = ${person_id} and s.day <> ${day}::date)
      < c.banner_days_max
    on conflict do nothing`.execute(tx);
}

export async function dismiss(
  tx: Tx,
  campaign_id: CampaignId,
  person_id: AccountId,
  at: Date,
): Promise<void> {
  await tx
    .insertInto('campaigns.dismissal')
    .values({ campaign_id, person_id, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** People of running campaigns who were not told yet, some at a time. */
export async function toBeTold(tx: Tx, limit: number) {
  const { rows } = await sql<{ campaign_id: CampaignId; person_id: AccountId; by: AccountId }>`
    select p.campaign_id, p.person_id, coalesce(c.approved_by, c.written_by) as by
    from campaigns.campaign c join campaigns.person p on p.campaign_id = c.id
    where c.state = 'running' and not p.held_out
      and not exists (select from campaigns.told t where t.campaign_id = p.campaign_id and t.person_id = p.person_id)
    order by c.ends_at, p.campaign_id, p.person_id limit ${limit}`.execute(tx);
  return rows;
}

/** Only one tells them: two who do it at once would tell the same people twice. */
export async function lockTelling(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('campaigns'), hashtext('telling')) as mine`.execute(tx);
  return rows[0]?.mine ?? false;
}

export async function noteTold(
  tx: Tx,
  told: readonly { campaign_id: CampaignId; person_id: AccountId; heard: boolean }[],
  at: Date,
): Promise<void> {
  await insertAll(
    tx,
    'campaigns.told',
    told.map((one) => ({ ...one, at: at.toISOString() })),
  );
}

// what they did --------------------------------------------------------------------------------------------

/** Somebody did something that a campaign may be for. */
export type Deed = {
  person_id: AccountId;
  goal: Campaign['goal']['kind'];
  /** Of a generation: with which model. */
  model_id: string | null;
  cause_id: string;
  at: Date;
};

/** Counts the deeds for every campaign that they are the goal of and that ran then, once for each person. */
export async function countDeeds(tx: Tx, deeds: readonly Deed[]): Promise<void> {
  if (deeds.length === 0) return;
  await sql`
    insert into campaigns.conversion (campaign_id, person_id, cause_id, at)
    select distinct on (c.id, d.person_id) c.id, d.person_id, d.cause_id, d.at
    from jsonb_to_recordset(${JSON.stringify(deeds)}::jsonb)
      as d(person_id uuid, goal text, model_id uuid, cause_id uuid, at timestamptz)
    join campaigns.campaign c on c.goal_kind = d.goal and c.started_at is not null
      and c.started_at <= d.at and c.ends_at > d.at and (c.ended_at is null or c.ended_at > d.at)
    join campaigns.person p on p.campaign_id = c.id and p.person_id = d.person_id
    where c.goal_kind <> 'generate' or exists (
      select from campaigns.feature f where f.campaign_id = c.id and f.model_id = d.model_id and f.answer = 'accepted')
    order by c.id, d.person_id, d.at
    on conflict do nothing`.execute(tx);
}

/** What was taken back does not count: whoever did it does not, until they do it again. */
export async function forgetDeeds(tx: Tx, cause_ids: readonly string[]): Promise<void> {
  if (cause_ids.length === 0) return;
  await tx
    .deleteFrom('campaigns.conversion')
    .where('cause_id', 'in', [...cause_ids])
    .execute();
}
