import { sql } from 'kysely';
import { type AccountId, asId, type EventId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { eventMachine, type EventState } from './event-machine.ts';

export const EVENT_KINDS = ['launch', 'live', 'challenge'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What its host says of it. */
export type EventSaid = {
  kind: EventKind;
  title: string;
  words: string;
  model_id: ModelId | null;
  place_url: string | null;
  starts_at: Date;
  ends_at: Date;
  zone: string;
};
export type Event = EventSaid & {
  id: EventId;
  host_id: AccountId;
  state: EventState;
  version: number;
  announced_at: Date;
  changed_at: Date;
  /** by a moderator */
  hidden_at: Date | null;
};

export async function insertEvent(
  tx: Tx,
  event: EventSaid & Pick<Event, 'id' | 'host_id' | 'announced_at'>,
): Promise<void> {
  const { id, host_id, announced_at } = event;
  await tx
    .insertInto('campaigns.event')
    .values({ ...event, changed_at: announced_at, state: eventMachine.begins })
    .execute();
  await begin(tx, eventMachine, { id, by: { id: host_id, as: 'host' }, at: announced_at });
}

export const moveEvent = (
  tx: Tx,
  act: keyof typeof eventMachine.acts,
  { set = {}, ...step }: Step,
): Promise<number> => takeStep(tx, eventMachine, act, { ...step, set: { ...set, changed_at: step.at } });
type Step = {
  id: EventId;
  by: Actor;
  at: Date;
  version?: number;
  reason?: string;
  set?: Partial<EventSaid>;
};

export async function hideEvent(tx: Tx, id: EventId, hidden_at: Date | null): Promise<void> {
  await tx.updateTable('campaigns.event').set({ hidden_at }).where('id', '=', id).execute();
}

/** Why editors withdrew these; of the others nothing. */
export async function whyWithdrawn(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; reason: string }>`
    select subject_id as id, detail ->> 'reason' as reason from kit.transition
    where machine = ${eventMachine.name} and act = 'withdraw' and subject_id = any(${[...ids]}::uuid[])`.execute(
    db,
  );
  return new Map(rows.map(({ id, reason }) => [id, reason]));
}

const events = (db: Db) => db.selectFrom('campaigns.event').selectAll();
const isState = (state: string): state is EventState => Object.hasOwn(eventMachine.states, state);
const read = (row: Awaited<ReturnType<ReturnType<typeof events>['executeTakeFirstOrThrow']>>): Event => {
  const { state } = row;
  const kind = EVENT_KINDS.find((one) => one === row.kind);
  if (!isState(state) || !kind) throw new Error(`an event cannot be a ${row.kind} that is ${state}`);
  return {
    ...row,
    ...{ state, kind },
    id: asId<EventId>(row.id),
    host_id: asId<AccountId>(row.host_id),
    model_id: row.model_id === null ? null : asId<ModelId>(row.model_id),
  };
};

export async function eventsByIds(db: Db, ids: readonly string[]): Promise<Event[]> {
  if (ids.length === 0) return [];
  const rows = await events(db)
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}
export const eventById = async (db: Db, id: EventId): Promise<Event | undefined> =>
  (await eventsByIds(db, [id]))[0];

/** The same, with whoever changes it next made to wait. */
export async function lockEvent(tx: Tx, id: EventId): Promise<Event | undefined> {
  const row = await events(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

export type EventFilter = {
  from: Date;
  until: Date;
  host_id?: AccountId | undefined;
  kind?: EventKind | undefined;
  /** Those that this person hosts or asked to be reminded of. */
  person_id?: AccountId | undefined;
  /** Hosts whose events are left out. */
  without: readonly string[];
  with_cancelled: boolean;
  limit: number;
};

/** Events some of which lies in [from, until), in the order of their beginning. */
export async function eventsBetween(db: Db, filter: EventFilter): Promise<Event[]> {
  const { from, until, host_id, kind, person_id, without, with_cancelled, limit } = filter;
  let query = events(db).where('ends_at', '>', from).where('starts_at', '<', until);
  if (host_id) query = query.where('host_id', '=', host_id);
  if (kind) query = query.where('kind', '=', kind);
  if (person_id)
    query = query.where((eb) =>
      eb.or([
        eb('host_id', '=', person_id),
        eb('id', 'in', (inner) =>
          inner.selectFrom('campaigns.event_reminder').select('event_id').where('person_id', '=', person_id),
        ),
      ]),
    );
  if (without.length > 0) query = query.where('host_id', 'not in', [...without]);
  // its host still sees what a moderator hid
  query = query.where((eb) =>
    person_id
      ? eb.or([eb('hidden_at', 'is', null), eb('host_id', '=', person_id)])
      : eb('hidden_at', 'is', null),
  );
  if (!with_cancelled) query = query.where('state', '=', 'announced');
  const rows = await query.orderBy('starts_at').orderBy('id').limit(limit).execute();
  return rows.map(read);
}

/** How many somebody has announced that have not ended, cancelled or not, for calendars list these too; who asks for the same account meanwhile waits. */
export async function countEvents(tx: Tx, host_id: AccountId, at: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('events'), hashtext(${host_id}))`.execute(tx);
  const { n } = await tx
    .selectFrom('campaigns.event')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('host_id', '=', host_id)
    .where('ends_at', '>', at)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function remind(tx: Tx, event_id: EventId, person_id: AccountId, asked_at: Date): Promise<void> {
  await tx
    .insertInto('campaigns.event_reminder')
    .values({ event_id, person_id, asked_at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function forgetReminder(tx: Tx, event_id: EventId, person_id: AccountId): Promise<void> {
  await tx
    .deleteFrom('campaigns.event_reminder')
    .where('event_id', '=', event_id)
    .where('person_id', '=', person_id)
    .execute();
}

export async function whoAskedFor(db: Db, event_id: EventId): Promise<AccountId[]> {
  const rows = await db
    .selectFrom('campaigns.event_reminder')
    .select('person_id')
    .where('event_id', '=', event_id)
    .orderBy('asked_at')
    .orderBy('person_id')
    .execute();
  return rows.map(({ person_id }) => asId<AccountId>(person_id));
}

/** How many asked to be reminded of each of these, and whether this person did. */
export async function remindersOf(db: Db, ids: readonly EventId[], person_id: AccountId | null) {
  if (ids.length === 0) return new Map<string, { people: number; mine: boolean }>();
  const { rows } = await sql<{ event_id: string; people: bigint; mine: boolean }>`
    select event_id, count(*) as people, coalesce(bool_or(person_id = ${person_id}::uuid), false) as mine
    from campaigns.event_reminder where event_id = any(${[...ids]}::uuid[]) group by 1`.execute(db);
  return new Map(rows.map(({ event_id, people, mine }) => [event_id, { people: Number(people), mine }]));
}

/** Gives somebody's own calendar a new address; the one before ends. */
export async function setCalendarAddress(
  tx: Tx,
  person_id: AccountId,
  secret_hash: Buffer,
  made_at: Date,
): Promise<void> {
  await tx
    .insertInto('campaigns.calendar_address')
    .values({ person_id, secret_hash, made_at })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ secret_hash, made_at }))
    .execute();
}

export async function personOfCalendar(db: Db, secret_hash: Buffer): Promise<AccountId | undefined> {
  const row = await db
    .selectFrom('campaigns.calendar_address')
    .select('person_id')
    .where('secret_hash', '=', secret_hash)
    .executeTakeFirst();
  return row && asId<AccountId>(row.person_id);
}
