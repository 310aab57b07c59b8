import { sql } from 'kysely';
import { type AccountId, asId, type LinkId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export const DESTINATIONS = ['model', 'creator', 'campaign', 'asset'] as const;
export type Destination = { kind: (typeof DESTINATIONS)[number]; subject_id: string };

export type Link = {
  id: LinkId;
  code: string;
  owner_id: AccountId;
  label: string;
  made_at: Date;
  ended_at: Date | null;
  /** Where it leads now, as the newest version says. */
  version: number;
  destination: Destination;
};

export async function insertLink(
  tx: Tx,
  link: Pick<Link, 'id' | 'code' | 'owner_id' | 'label' | 'made_at' | 'destination'>,
): Promise<void> {
  const { destination, ...row } = link;
  await tx.insertInto('campaigns.link').values(row).execute();
  await setDestination(tx, link.id, 1, destination, link.made_at);
}

export async function setDestination(
  tx: Tx,
  link_id: LinkId,
  version: number,
  destination: Destination,
  at: Date,
): Promise<void> {
  await tx
    .insertInto('campaigns.link_destination')
    .values({ link_id, version, ...destination, set_at: at })
    .execute();
}

export async function changeLink(
  tx: Tx,
  id: LinkId,
  change: { label?: string; ended_at?: Date },
): Promise<void> {
  await tx.updateTable('campaigns.link').set(change).where('id', '=', id).execute();
}

const links = (db: Db) =>
  db
    .selectFrom('campaigns.link as l')
    .innerJoin('campaigns.link_destination as d', 'd.link_id', 'l.id')
    .select(['l.id', 'l.code', 'l.owner_id', 'l.label', 'l.made_at', 'l.ended_at'])
    .select(['d.version', 'd.kind', 'd.subject_id'])
    .where('d.version', '=', (query) =>
      query
        .selectFrom('campaigns.link_destination as n')
        .select(({ fn }) => fn.max('n.version').as('version'))
        .whereRef('n.link_id', '=', 'l.id'),
    );
const isKind = (kind: string): kind is Destination['kind'] => DESTINATIONS.some((one) => one === kind);
const read = (row: Awaited<ReturnType<ReturnType<typeof links>['executeTakeFirstOrThrow']>>): Link => {
  const { id, owner_id, kind, subject_id, ...rest } = row;
  if (!isKind(kind)) throw new Error(`a link cannot lead to a ${kind}`);
  return {
    ...rest,
    id: asId<LinkId>(id),
    owner_id: asId<AccountId>(owner_id),
    destination: { kind, subject_id },
  };
};

export async function linkByCode(db: Db, code: string): Promise<Link | undefined> {
  const row = await links(db).where('l.code', '=', code).executeTakeFirst();
  return row && read(row);
}

/** One of somebody's own, kept from whoever would change it too. */
export async function lockLink(tx: Tx, owner_id: AccountId, code: string): Promise<Link | undefined> {
  await tx.selectFrom('campaigns.link').select('id').where('code', '=', code).forUpdate().execute();
  const link = await linkByCode(tx, code);
  return link?.owner_id === owner_id ? link : undefined;
}

/** Somebody's links, newest first. */
export async function linksOf(db: Db, owner_id: AccountId, limit: number): Promise<Link[]> {
  const rows = await links(db)
    .where('l.owner_id', '=', owner_id)
    .orderBy('l.made_at', 'desc')
    .orderBy('l.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(read);
}

/** How many somebody has ever made, and how many of them still count; who asks for the same account meanwhile waits. */
export async function countLinks(tx: Tx, owner_id: AccountId): Promise<{ made: number; open: number }> {
  await sql`select pg_advisory_xact_lock(hashtext('links'), hashtext(${owner_id}))`.execute(tx);
  const { made, open } = await tx
    .selectFrom('campaigns.link')
    .select(({ fn }) => [
      fn.countAll<bigint>().as('made'),
      fn.countAll<bigint>().filterWhere('ended_at', 'is', null).as('open'),
    ])
    .where('owner_id', '=', owner_id)
    .executeTakeFirstOrThrow();
  return { made: Number(made), open: Number(open) };
}

export type LinkFigures = {
  clicks: number;
  sign_ups: number;
  not_counted: number;
  purchases: number;
  pending_micros: bigint;
  settled_micros: bigint;
  reversed_micros: bigint;
};

/** What became of each of these links. */
export async function figuresOf(db: Db, ids: readonly LinkId[]): Promise<Map<string, LinkFigures>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Record<keyof LinkFigures, bigint> & { id: string }>`
    select l.id, coalesce(d.clicks, 0)::int8 as clicks, coalesce(a.counted, 0)::int8 as sign_ups,
           coalesce(a.excluded, 0)::int8 as not_counted, coalesce(r.purchases, 0)::int8 as purchases,
           coalesce(r.pending, 0)::int8 as pending_micros, coalesce(r.settled, 0)::int8 as settled_micros,
           coalesce(r.reversed, 0)::int8 as reversed_micros
    from unnest(${[...ids]}::uuid[]) l(id)
    left join lateral (select sum(clicks) as clicks from campaigns.link_day where link_id = l.id) d on true
    left join lateral (
      select count(*) filter (where excluded is null) as counted, count(*) filter (where excluded is not null) as excluded
      from campaigns.attribution where link_id = l.id) a on true
    left join lateral (
      select count(*) as purchases, sum(amount_micros) filter (where state = 'pending') as pending,
             sum(amount_micros) filter (where state = 'settled') as settled,
             sum(amount_micros) filter (where state in ('reversed', 'refused')) as reversed
      from campaigns.reward where link_id = l.id) r on true`.execute(db);
  return new Map(
    rows.map(({ id, pending_micros, settled_micros, reversed_micros, ...counts }) => [
      id,
      {
        clicks: Number(counts.clicks),
        sign_ups: Number(counts.sign_ups),
        not_counted: Number(counts.not_counted),
        purchases: Number(counts.purchases),
        ...{ pending_micros, settled_micros, reversed_micros },
      },
    ]),
  );
}
