import { sql } from 'kysely';
import { NotificationKind } from '#api/marketplace/notification-shapes.ts';
import { type AccountId, asId, type ModelId, newId, type NotificationId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { peopleWhoUsed } from './model-people.ts';

/** Somebody did something that another is told of. `about` is what it is about: a creation, a comment, a model. */
export type Told = {
  person_id: AccountId;
  kind: NotificationKind;
  about: string | null;
  /** null: it came about by itself */
  actor_id: AccountId | null;
};

export type Notification = {
  id: NotificationId;
  kind: NotificationKind;
  about: string | null;
  at: Date;
  read_at: Date | null;
  /** how many people did it, and the last of them */
  actors: number;
  last_actors: AccountId[];
};

/** What was decided about one's own, whoever decided it. */
const IN_ANY_CASE: readonly NotificationKind[] = ['ruling', 'event_withdrawn', 'won'];
/** What anybody does as often as they like. */
const OFTEN: readonly NotificationKind[] = ['like', 'comment', 'reply', 'mention', 'rating'];
/** Of one person nobody has more of a kind to read: what comes beside is there, and rings no bell. */
export const UNREAD_OF_ONE_MAX = 10;

/**
 * Tells them, one after the other; what is alike and not read yet becomes one. Nobody is told of what they did
 * themselves, of a kind that they switched off, or of somebody whom they blocked or muted, but for what that brought them.
 * Answers who was told.
 */
export async function tellPeople(tx: Tx, told: readonly Told[], at: Date): Promise<AccountId[]> {
  const heard = new Set<AccountId>();
  for (const one of told) if (await tellPerson(tx, one, at)) heard.add(one.person_id);
  return [...heard];
}

async function tellPerson(tx: Tx, { person_id, kind, about, actor_id }: Told, at: Date): Promise<boolean> {
  if (person_id === actor_id) return false;
  const { rows } = await sql<{ id: string }>`
    insert into marketplace.notification (id, person_id, kind, about, at)
    select ${newId<NotificationId>(at)}::uuid, ${person_id}::uuid, ${kind}::text, ${about}::uuid, ${at}::timestamptz
    where ${IN_ANY_CASE.includes(kind)} or (
      not exists (select from marketplace.notification_off where person_id = ${person_id} and kind = ${kind})
      and (${kind} = 'reward' or not exists (
        select from marketplace.block where person_id = ${person_id} and other_id = ${actor_id}))
      and (not ${OFTEN.includes(kind)} or ${UNREAD_OF_ONE_MAX} > (
        select count(*) from marketplace.notification n
        join marketplace.notification_actor a on a.notification_id = n.id and a.person_id = ${actor_id}
        where n.person_id = ${person_id} and n.kind = ${kind} and n.read_at is null)))
    on conflict (person_id, kind, about) where read_at is null
      do update set at = greatest(marketplace.notification.at, excluded.at)
    returning id`.execute(tx);
  const [row] = rows;
  if (!row) return false;
  if (actor_id === null) return true;
  await tx
    .insertInto('marketplace.notification_actor')
    .values({ notification_id: row.id, person_id: actor_id, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return true;
}

/** What somebody took back is not told any more, where it was not read yet. */
export async function untell(tx: Tx, { person_id, kind, about, actor_id }: Told): Promise<void> {
  await sql`
    with unread as (
      select id from marketplace.notification where person_id = ${person_id} and kind = ${kind}
        and about is not distinct from ${about}::uuid and read_at is null)
    delete from marketplace.notification_actor where person_id = ${actor_id} and notification_id in (select id from unread)`.execute(
    tx,
  );
  await sql`
    delete from marketplace.notification n where person_id = ${person_id} and kind = ${kind}
      and about is not distinct from ${about}::uuid and read_at is null
      and not exists (select from marketplace.notification_actor where notification_id = n.id)`.execute(tx);
}

/** Tells everybody who follows the one who did it. Answers who was told. */
export async function tellFollowers(
  tx: Tx,
  told: ToMany & { actor_id: AccountId },
  at: Date,
): Promise<AccountId[]> {
  const rows = await tx
    .selectFrom('marketplace.follow')
    .select('follower_id')
    .where('creator_id', '=', told.actor_id)
    .execute();
  const followers = rows.map(({ follower_id }) => asId<AccountId>(follower_id));
  return tellMany(tx, followers, told, at);
}

/** Tells everybody who generated with a model. Answers who was told. */
export const tellUsers = async (tx: Tx, model_id: ModelId, told: ToMany, at: Date): Promise<AccountId[]> =>
  tellMany(tx, await peopleWhoUsed(tx, model_id), told, at);

type ToMany = Omit<Told, 'person_id'>;
const AT_ONCE_MAX = 2_000;

/** Tells each of these people. Answers who was told. */
export async function tellMany(
  tx: Tx,
  people: readonly AccountId[],
  told: ToMany,
  at: Date,
): Promise<AccountId[]> {
  const heard: AccountId[] = [];
  for (let from = 0; from < people.length; from += AT_ONCE_MAX)
    heard.push(...(await tellSome(tx, people.slice(from, from + AT_ONCE_MAX), told, at)));
  return heard;
}

/** By the rules of telling one: grouped while unread, and nobody of what they do not want to hear. */
async function tellSome(
  tx: Tx,
  people: readonly AccountId[],
  { kind, about, actor_id }: ToMany,
  at: Date,
): Promise<AccountId[]> {
  const { rows } = await sql<{ id: string; person_id: string }>`
    insert into marketplace.notification (id, person_id, kind, about, at)
    select p.id, p.person_id, ${kind}::text, ${about}::uuid, ${at}::timestamptz
    from unnest(${people.map(() => newId<NotificationId>(at))}::uuid[], ${[...people]}::uuid[]) p (id, person_id)
    where p.person_id is distinct from ${actor_id}::uuid
      and not exists (select from marketplace.notification_off o where o.person_id = p.person_id and o.kind = ${kind})
      and not exists (select from marketplace.block b where (b.person_id = p.person_id and b.other_id = ${actor_id})
        or (b.person_id = ${actor_id} and b.other_id = p.person_id and b.kind = 'block'))
    order by p.person_id
    on conflict (person_id, kind, about) where read_at is null
      do update set at = greatest(marketplace.notification.at, excluded.at)
    returning id, person_id`.execute(tx);
  if (rows.length === 0) return [];
  if (actor_id !== null)
    await tx
      .insertInto('marketplace.notification_actor')
      .values(rows.map(({ id }) => ({ notification_id: id, person_id: actor_id, at })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  return rows.map(({ person_id }) => asId<AccountId>(person_id));
}

/** Who took back everything that others were told of is not told of any more, where it was not read yet. */
export async function untellOfMaker(tx: Tx, maker_id: AccountId): Promise<AccountId[]> {
  const { rows } = await sql<{ id: string; person_id: string }>`
    delete from marketplace.notification_actor a using marketplace.notification n
    where n.id = a.notification_id and n.kind = 'shown' and n.read_at is null and a.person_id = ${maker_id}
      and not exists (select from marketplace.creation c where c.maker_id = ${maker_id} and c.published_at >= a.at
        and c.listed and c.withdrawn_at is null and c.hidden_at is null)
    returning n.id, n.person_id`.execute(tx);
  return forgetEmpty(tx, rows);
}

/** What a blocked or muted person did is not told any more, where it was not read yet. */
export async function untellOfBlocked(
  tx: Tx,
  person_id: AccountId,
  other_id: AccountId,
): Promise<AccountId[]> {
  const { rows } = await sql<{ id: string; person_id: string }>`
    delete from marketplace.notification_actor a using marketplace.notification n
    where n.id = a.notification_id and n.person_id = ${person_id} and n.read_at is null and n.kind not in ('ruling', 'event_withdrawn', 'reward')
      and a.person_id = ${other_id}
      and exists (select from marketplace.block where person_id = ${person_id} and other_id = ${other_id})
    returning n.id, n.person_id`.execute(tx);
  return forgetEmpty(tx, rows);
}

/** What nobody did any more is nothing to be told. Answers for whom something changed. */
async function forgetEmpty(
  tx: Tx,
  changed: readonly { id: string; person_id: string }[],
): Promise<AccountId[]> {
  await sql`
    delete from marketplace.notification n where n.id = any(${changed.map(({ id }) => id)}::uuid[])
      and not exists (select from marketplace.notification_actor where notification_id = n.id)`.execute(tx);
  return changed.map(({ person_id }) => asId<AccountId>(person_id));
}

const ACTORS_SHOWN = 3;

/** What a person was told, newest first; `without`: those whom they do not want to see any more. */
export async function notificationsPage(
  db: Db,
  person_id: AccountId,
  {
    after,
    without,
    limit,
  }: { after: { at: Date; id: string } | null; without: readonly AccountId[]; limit: number },
): Promise<Notification[]> {
  const { rows } = await sql<{
    id: string;
    kind: string;
    about: string | null;
    at: Date;
    read_at: Date | null;
    actors: bigint;
    last_actors: string[];
  }>`
    select n.id, n.kind, n.about, n.at, n.read_at, a.actors, a.last_actors
    from marketplace.notification n
    cross join lateral (
      select count(*) filter (where seen) as actors, count(*) as all_actors,
        coalesce((array_agg(person_id order by at desc, person_id) filter (where seen))[1:${sql.lit(ACTORS_SHOWN)}], '{}') as last_actors
      from (select *, person_id <> all(${[...without]}::uuid[]) as seen
            from marketplace.notification_actor where notification_id = n.id) actor) a
    where n.person_id = ${person_id}
      and (a.actors > 0 or a.all_actors = 0 or n.kind = any(${[...IN_ANY_CASE, 'reward']}::text[]))
      and (${after?.at ?? null}::timestamptz is null or (n.at, n.id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by n.at desc, n.id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    ...row,
    id: asId<NotificationId>(row.id),
    kind: NotificationKind.parse(row.kind),
    actors: Number(row.actors),
    last_actors: row.last_actors.map((id) => asId<AccountId>(id)),
  }));
}

export async function countUnread(db: Db, person_id: AccountId): Promise<number> {
  const { n } = await db
    .selectFrom('marketplace.notification')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('person_id', '=', person_id)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Marks as read what was told up to an instant, or one of them. */
export async function readNotifications(
  tx: Tx,
  person_id: AccountId,
  which: { id: NotificationId } | { until: Date },
  at: Date,
): Promise<void> {
  let query = tx
    .updateTable('marketplace.notification')
    .set({ read_at: at })
    .where('person_id', '=', person_id)
    .where('read_at', 'is', null);
  query = 'id' in which ? query.where('id', '=', which.id) : query.where('at', '<=', which.until);
  await query.execute();
}

export async function notificationsOff(db: Db, person_id: AccountId): Promise<NotificationKind[]> {
  const rows = await db
    .selectFrom('marketplace.notification_off')
    .select('kind')
    .where('person_id', '=', person_id)
    .execute();
  return rows.map(({ kind }) => NotificationKind.parse(kind));
}

export async function switchNotifications(
  tx: Tx,
  person_id: AccountId,
  kind: NotificationKind,
  on: boolean,
): Promise<void> {
  if (on)
    await tx
      .deleteFrom('marketplace.notification_off')
      .where('person_id', '=', person_id)
      .where('kind', '=', kind)
      .execute();
  else
    await tx
      .insertInto('marketplace.notification_off')
      .values({ person_id, kind })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
