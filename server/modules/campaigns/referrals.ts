import { sql } from 'kysely';
import type { JsonObject } from '#db';
import {
  type AccountId,
  asId,
  type LinkId,
  newId,
  type PurchaseId,
  type RewardId,
  type TouchId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { rewardMachine, type RewardState } from './reward-machine.ts';

/** What a request says of where it comes from, as digests. `network`: null where the address says nothing. */
export type Whence = { device: Buffer; network: Buffer | null };

// touches -----------------------------------------------------------------------------------------------------

/** A browser came by a link. Counted once a browser and day. */
export async function touchLink(
  tx: Tx,
  { link_id, version, whence, at }: { link_id: LinkId; version: number; whence: Whence; at: Date },
): Promise<void> {
  const { device, network } = whence;
  const { rows } = await sql<{ again: boolean }>`
    select (last_at at time zone 'UTC')::date = (${at}::timestamptz at time zone 'UTC')::date as again
    from campaigns.touch where device_hash = ${device} and link_id = ${link_id} for update`.execute(tx);
  await sql`
    insert into campaigns.touch (id, device_hash, link_id, version, network_hash, first_at, last_at)
    values (${newId<TouchId>(at)}, ${device}, ${link_id}, ${version}, ${network}, ${at}, ${at})
    on conflict (device_hash, link_id) do update
      set last_at = excluded.last_at, version = excluded.version, network_hash = excluded.network_hash`.execute(
    tx,
  );
  if (rows[0]?.again) return;
  await sql`
    insert into campaigns.link_day (link_id, day, clicks)
    values (${link_id}, (${at}::timestamptz at time zone 'UTC')::date, 1)
    on conflict (link_id, day) do update set clicks = campaigns.link_day.clicks + 1`.execute(tx);
}

export type Touch = {
  id: TouchId;
  link_id: LinkId;
  version: number;
  owner_id: AccountId;
  network_hash: Buffer | null;
  first_at: Date;
  last_at: Date;
};

/** A browser that came by more of them is no person who looks around: only the last are looked at. */
export const TOUCHES_MAX = 20;

/** By which links that still lead somewhere a browser came since then, the last first. */
export async function touchesOf(db: Db, device: Buffer, since: Date): Promise<Touch[]> {
  const rows = await db
    .selectFrom('campaigns.touch as t')
    .innerJoin('campaigns.link as l', 'l.id', 't.link_id')
    .select(['t.id', 't.link_id', 't.version', 'l.owner_id', 't.network_hash', 't.first_at', 't.last_at'])
    .where('t.device_hash', '=', device)
    .where('t.last_at', '>=', since)
    .where('l.ended_at', 'is', null)
    .orderBy('t.last_at', 'desc')
    .orderBy('t.id', 'desc')
    .limit(TOUCHES_MAX)
    .execute();
  return rows.map((row) => ({
    ...row,
    id: asId<TouchId>(row.id),
    link_id: asId<LinkId>(row.link_id),
    owner_id: asId<AccountId>(row.owner_id),
  }));
}

// traces ------------------------------------------------------------------------------------------------------

/** Somebody signed in with this browser, from this network. */
export async function noteTrace(
  tx: Tx,
  account_id: AccountId,
  { device, network }: Whence,
  at: Date,
): Promise<void> {
  const seen = [{ kind: 'device', hash: device }, ...(network ? [{ kind: 'network', hash: network }] : [])];
  await tx
    .insertInto('campaigns.trace')
    .values(seen.map((one) => ({ ...one, account_id, first_at: at, last_at: at })))
    .onConflict((conflict) => conflict.columns(['kind', 'hash', 'account_id']).doUpdateSet({ last_at: at }))
    .execute();
}

/** Whose browser this has been, but for one account; whoever asks the same at the same time waits. */
export async function accountsOfDevice(tx: Tx, device: Buffer, but: AccountId): Promise<AccountId[]> {
  await sql`select pg_advisory_xact_lock(hashtext('device'), hashtext(${device.toString('hex')}))`.execute(
    tx,
  );
  const rows = await tx
    .selectFrom('campaigns.trace')
    .select('account_id')
    .where('kind', '=', 'device')
    .where('hash', '=', device)
    .where('account_id', '<>', but)
    .execute();
  return rows.map(({ account_id }) => asId<AccountId>(account_id));
}

/** Whether somebody was on this network since then. */
export async function wasOnNetwork(
  db: Db,
  account_id: AccountId,
  network: Buffer,
  since: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('campaigns.trace')
    .select('account_id')
    .where('kind', '=', 'network')
    .where('hash', '=', network)
    .where('account_id', '=', account_id)
    .where('last_at', '>=', since)
    .executeTakeFirst();
  return row !== undefined;
}

/** What two accounts have in common: a browser at any time, or a network since then. */
export async function sharedTrace(
  db: Db,
  one: AccountId,
  other: AccountId,
  since: Date,
): Promise<'device' | 'network' | null> {
  const { rows } = await sql<{ kind: 'device' | 'network' }>`
    select a.kind from campaigns.trace a join campaigns.trace b on b.kind = a.kind and b.hash = a.hash
    where a.account_id = ${one} and b.account_id = ${other}
      and (a.kind = 'device' or (a.last_at >= ${since} and b.last_at >= ${since}))
    order by a.kind limit 1`.execute(db);
  return rows[0]?.kind ?? null;
}

/** Digests that say nothing any more are deleted. */
export async function forgetTraces(tx: Tx, before: { touches: Date; devices: Date }): Promise<void> {
  await tx.deleteFrom('campaigns.touch').where('last_at', '<', before.touches).execute();
  await sql`
    delete from campaigns.trace
    where last_at < case kind when 'network' then ${before.touches}::timestamptz else ${before.devices}::timestamptz end`.execute(
    tx,
  );
}

// attribution -------------------------------------------------------------------------------------------------

export type Excluded = 'same_device' | 'same_network' | 'second_account';
export type Attribution = {
  account_id: AccountId;
  link_id: LinkId;
  version: number;
  owner_id: AccountId;
  touch_id: TouchId;
  excluded: Excluded | null;
  evidence: JsonObject;
  at: Date;
};

/** Writes down by which link somebody came; of a touch that brought somebody before nothing. */
export async function insertAttribution(tx: Tx, attribution: Attribution): Promise<boolean> {
  const row = await tx
    .insertInto('campaigns.attribution')
    .values({ ...attribution, evidence: JSON.stringify(attribution.evidence) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('account_id')
    .executeTakeFirst();
  return row !== undefined;
}

const EXCLUDED: readonly Excluded[] = ['same_device', 'same_network', 'second_account'];

export async function attributionOf(db: Db, account_id: AccountId) {
  const row = await db
    .selectFrom('campaigns.attribution')
    .select(['link_id', 'owner_id', 'excluded', 'at'])
    .where('account_id', '=', account_id)
    .executeTakeFirst();
  return (
    row && {
      link_id: asId<LinkId>(row.link_id),
      owner_id: asId<AccountId>(row.owner_id),
      excluded: EXCLUDED.find((one) => one === row.excluded) ?? null,
      at: row.at,
    }
  );
}

/** Which of these people brought one of the others, or were brought by one of them. */
export async function referredAmong(
  db: Db,
  people: readonly AccountId[],
  others: readonly AccountId[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select account_id as id from campaigns.attribution where account_id = any(${[...people]}::uuid[]) and owner_id = any(${[...others]}::uuid[])
    union select owner_id from campaigns.attribution where owner_id = any(${[...people]}::uuid[]) and account_id = any(${[...others]}::uuid[])`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

// rewards -----------------------------------------------------------------------------------------------------

export const REASONS = [
  'same_device',
  'same_network',
  'team',
  'banned',
  'budget',
  'payment_taken_back',
] as const;
export type RewardReason = (typeof REASONS)[number];

export type NewReward = {
  id: RewardId;
  account_id: AccountId;
  link_id: LinkId;
  owner_id: AccountId;
  purchase_id: PurchaseId;
  amount_micros: bigint;
  begun_at: Date;
  due_at: Date;
};

/** Answers false where this account has had its reward, whatever became of it. */
export async function insertReward(tx: Tx, reward: NewReward): Promise<boolean> {
  const row = await tx
    .insertInto('campaigns.reward')
    .values({ ...reward, state: rewardMachine.begins })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return false;
  await begin(tx, rewardMachine, { id: reward.id, by: SYSTEM, at: reward.begun_at });
  return true;
}
const SYSTEM: Actor = { id: 'system', as: 'system' };

export const moveReward = (
  tx: Tx,
  act: keyof typeof rewardMachine.acts,
  { id, by, at, reason = null }: { id: RewardId; by: Actor; at: Date; reason?: RewardReason | null },
): Promise<number> => {
  const set = act === 'settle' ? { settled_at: at } : { ended_at: at, reason };
  return takeStep(tx, rewardMachine, act, { id, by, at, set, detail: { reason } });
};

const rewards = (db: Db) => db.selectFrom('campaigns.reward').selectAll();
const isState = (state: string): state is RewardState => Object.hasOwn(rewardMachine.states, state);
const read = (row: Awaited<ReturnType<ReturnType<typeof rewards>['executeTakeFirstOrThrow']>>) => {
  const { state } = row;
  if (!isState(state)) throw new Error(`a reward cannot be ${state}`);
  return {
    ...row,
    state,
    id: asId<RewardId>(row.id),
    account_id: asId<AccountId>(row.account_id),
    link_id: asId<LinkId>(row.link_id),
    owner_id: asId<AccountId>(row.owner_id),
    purchase_id: asId<PurchaseId>(row.purchase_id),
    reason: REASONS.find((one) => one === row.reason) ?? null,
  };
};
export type Reward = ReturnType<typeof read>;

export async function lockReward(tx: Tx, id: RewardId): Promise<Reward | undefined> {
  const row = await rewards(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

export async function rewardsByIds(db: Db, ids: readonly string[]): Promise<Reward[]> {
  if (ids.length === 0) return [];
  const rows = await rewards(db)
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}
export const rewardById = async (db: Db, id: RewardId): Promise<Reward | undefined> =>
  (await rewardsByIds(db, [id]))[0];

export async function rewardOfPurchase(db: Db, purchase_id: PurchaseId): Promise<Reward | undefined> {
  const row = await rewards(db).where('purchase_id', '=', purchase_id).executeTakeFirst();
  return row && read(row);
}

export async function rewardOfAccount(db: Db, account_id: AccountId): Promise<Reward | undefined> {
  const row = await rewards(db).where('account_id', '=', account_id).executeTakeFirst();
  return row && read(row);
}

/** Who came by somebody's links, newest first, with what it brought. Excluded ones are among them. */
export async function referralsPage(
  db: Db,
  owner_id: AccountId,
  { after, limit }: { after: { at: Date; id: string } | null; limit: number },
) {
  const { rows } = await sql<{
    id: string;
    at: Date;
    code: string;
    label: string;
    excluded: Excluded | null;
    state: RewardState | null;
    amount_micros: bigint | null;
    due_at: Date | null;
    settled_at: Date | null;
    ended_at: Date | null;
    reason: RewardReason | null;
  }>`
    select a.touch_id as id, a.at, l.code, l.label, a.excluded, r.state, r.amount_micros, r.due_at, r.settled_at, r.ended_at, r.reason
    from campaigns.attribution a join campaigns.link l on l.id = a.link_id
    left join campaigns.reward r on r.account_id = a.account_id
    where a.owner_id = ${owner_id}
      and (${after?.at ?? null}::timestamptz is null or (a.at, a.touch_id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by a.at desc, a.touch_id desc limit ${limit}`.execute(db);
  return rows;
}

/** Whose link brought each of these accounts, where it counts, and when. */
export async function broughtBy(
  db: Db,
  accounts: readonly AccountId[],
): Promise<Map<AccountId, { owner_id: AccountId; at: Date }>> {
  const { rows } = await sql<{ account_id: AccountId; owner_id: AccountId; at: Date }>`
    select account_id, owner_id, at from campaigns.attribution
    where account_id = any(${[...new Set(accounts)]}::uuid[]) and excluded is null`.execute(db);
  return new Map(rows.map(({ account_id, owner_id, at }) => [account_id, { owner_id, at }]));
}

// who belongs together ----------------------------------------------------------------------------------------

/**
 * What ties each of these people to others: browsers that they signed in with, and the household of whoever brought them
 * by a link from the same browser or network. Whoever has one in common with somebody is tied to them.
 */
export async function tiesOf(db: Db, people: readonly AccountId[]): Promise<Map<AccountId, string[]>> {
  const { rows } = await sql<{ account_id: AccountId; tie: string }>`
    select account_id, 'device ' || encode(hash, 'hex') as tie from campaigns.trace
    where kind = 'device' and account_id = any(${[...people]}::uuid[])
    union all
    select account_id, 'household ' || owner_id::text from campaigns.attribution
    where excluded is not null and account_id = any(${[...people]}::uuid[])`.execute(db);
  const ties = new Map(people.map((id) => [id, [`household ${id}`]]));
  for (const { account_id, tie } of rows) ties.get(account_id)?.push(tie);
  return ties;
}

/** The networks that each of these people signed in from of late, as digests, the newest first. */
export async function networksOf(db: Db, people: readonly AccountId[]): Promise<Map<AccountId, string[]>> {
  const { rows } = await sql<{ account_id: AccountId; networks: string[] }>`
    select account_id, (array_agg(encode(hash, 'hex') order by last_at desc, hash))[1:${NETWORKS_MAX}::int] as networks
    from campaigns.trace where kind = 'network' and account_id = any(${[...people]}::uuid[])
    group by account_id`.execute(db);
  return new Map(rows.map(({ account_id, networks }) => [account_id, networks]));
}
/** Who travels is not everywhere. */
const NETWORKS_MAX = 3;

/** Whoever one of them brought here or was brought by, and whoever has signed in with the same browser. */
export async function closeTo(db: Db, person_id: AccountId): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select owner_id as id from campaigns.attribution where account_id = ${person_id}
    union select account_id from campaigns.attribution where owner_id = ${person_id}
    union select b.account_id from campaigns.trace a join campaigns.trace b on b.kind = a.kind and b.hash = a.hash
      where a.kind = 'device' and a.account_id = ${person_id} and b.account_id <> ${person_id}`.execute(db);
  return new Set(rows.map(({ id }) => id));
}
