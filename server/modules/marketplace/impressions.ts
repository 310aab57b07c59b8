import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { stringify } from 'uuid';
import { SlotKind, Surface } from '#api/slots/surfaces.ts';
import {
  type AccountId,
  asId,
  type GenerationId,
  idOf,
  type ModelId,
  type SlotBookingId,
  type SlotId,
} from '../../ids.ts';
import { DAY_MS, dayOf } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll, oneOf } from '../../kit/insert-all.ts';
import type { SlotPlace } from './quota.ts';

/** A model in a place for a reason: what is counted. */
export type Slot = SlotPlace & {
  kind: SlotKind;
  model_id: ModelId;
  booking_id: SlotBookingId | null;
  campaign_id: string | null;
};

export const slotIdOf = ({ surface, position, kind, model_id, booking_id }: Slot): SlotId =>
  idOf<SlotId>('slot', surface, String(position), kind, model_id, booking_id ?? '');

/** What a slot is sealed into, to be shown with its card and brought back by who saw it. */
export const placeOfSlot = (slot: Slot, at: Date): string[] => [
  String(hourOf(at)),
  slot.surface,
  String(slot.position),
  slot.kind,
  slot.model_id,
  slot.booking_id ?? '',
  slot.campaign_id ?? '',
];

const HOUR_MS = 3_600_000;
const hourOf = (at: Date) => Math.floor(at.getTime() / HOUR_MS);

/** The slot and the hour in which it was shown; null where it is none. */
export function slotOfPlace(place: readonly string[]): { slot: Slot; hour: number } | null {
  const [hour, surface, position, kind, model_id, booking_id, campaign_id] = place;
  const known = { surface: Surface.safeParse(surface), kind: SlotKind.safeParse(kind) };
  if (!known.surface.success || !known.kind.success || !model_id) return null;
  return {
    hour: Number(hour),
    slot: {
      surface: known.surface.data,
      position: Number(position),
      kind: known.kind.data,
      model_id: asId<ModelId>(model_id),
      booking_id: booking_id ? asId<SlotBookingId>(booking_id) : null,
      campaign_id: campaign_id || null,
    },
  };
}

/** So long after it was shown something is still counted as seen; and a click, for whoever comes back to a tab. */
export const SEEN_WITHIN_H = 2;
export const VISIT_WITHIN_H = 24;
export const isFresh = (hour: number, at: Date, within_h: number): boolean =>
  hour <= hourOf(at) && hourOf(at) - hour <= within_h;

/** Somebody saw a slot, or came to a model by it. */
export type Sight = {
  slot: Slot;
  creator_id: AccountId;
  what: 'impression' | 'visit';
  visitor: string;
  at: Date;
};

/** Counts each person once for each slot in each hour. Answers, for each sight, whether it counted. */
export async function countSights(tx: Tx, sights: readonly Sight[]): Promise<boolean[]> {
  if (sights.length === 0) return [];
  await insertAll(tx, 'marketplace.slot', slotRows(sights), { skip_known: true });
  const rows = new Map(
    sights.map((sight) => {
      const hour = new Date(hourOf(sight.at) * HOUR_MS).toISOString();
      const row = { hour, slot_id: slotIdOf(sight.slot), what: sight.what, visitor: sight.visitor };
      return [Object.values(row).join(' '), { row, sight }];
    }),
  );
  const ordered = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const { rows: counted } = await sql<{ hour: Date; slot_id: string; what: string; visitor: string }>`
    insert into marketplace.slot_seen (hour, slot_id, what, visitor)
    select hour, slot_id, what, visitor
    from jsonb_populate_recordset(null::marketplace.slot_seen, ${JSON.stringify(ordered.map(([, { row }]) => row))}::jsonb)
    on conflict do nothing returning hour, slot_id, what, visitor`.execute(tx);
  const news = new Set(
    counted.map(({ hour, slot_id, what, visitor }) => `${hour.toISOString()} ${slot_id} ${what} ${visitor}`),
  );
  const fresh = ordered.filter(([key]) => news.has(key)).map(([, { sight }]) => sight);
  await addToDays(
    tx,
    fresh.map((sight) => ({ ...sight, slot_id: slotIdOf(sight.slot), model_id: sight.slot.model_id })),
  );
  const first = new Set(fresh);
  return sights.map((sight) => first.has(sight));
}

const slotRows = (sights: readonly Pick<Sight, 'slot'>[]) => {
  const slots = new Map(sights.map(({ slot }) => [slotIdOf(slot), slot]));
  return [...slots]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { surface, position, kind, model_id, booking_id, campaign_id }]) => {
      return { id, surface, position, kind, model_id, booking_id, campaign_id };
    });
};

type Count = {
  slot_id: SlotId;
  model_id: ModelId;
  creator_id: AccountId;
  what: 'impression' | 'visit' | 'generation';
  at: Date;
};

async function addToDays(tx: Tx, counts: readonly Count[]): Promise<void> {
  const days = new Map<
    string,
    {
      slot_id: string;
      day: string;
      model_id: string;
      creator_id: string;
      impressions: number;
      visits: number;
      generations: number;
    }
  >();
  for (const { slot_id, model_id, creator_id, what, at } of counts) {
    const day = dayOf(at);
    const key = `${slot_id} ${day}`;
    const row = days.get(key) ?? {
      slot_id,
      day,
      model_id,
      creator_id,
      impressions: 0,
      visits: 0,
      generations: 0,
    };
    row[`${what}s`] += 1;
    days.set(key, row);
  }
  // in one order, so that two who count at once do not wait for each other in a circle
  const rows = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (rows.length === 0) return;
  await sql`
    insert into marketplace.slot_day as d (slot_id, day, model_id, creator_id, impressions, visits, generations)
    select slot_id, day, model_id, creator_id, impressions, visits, generations
    from jsonb_populate_recordset(null::marketplace.slot_day, ${JSON.stringify(rows)}::jsonb)
    on conflict (slot_id, day) do update set impressions = d.impressions + excluded.impressions,
      visits = d.visits + excluded.visits, generations = d.generations + excluded.generations`.execute(tx);
}

/** So long after somebody came by a slot, what they generate with its model follows from it. */
export const TOUCH_DAYS = 7;

/** Remembers by which slot somebody came to a model last. */
export async function touch(
  tx: Tx,
  { person_id, slot, at }: { person_id: AccountId; slot: Slot; at: Date },
): Promise<void> {
  await insertAll(tx, 'marketplace.slot', slotRows([{ slot }]), { skip_known: true });
  const row = { person_id, model_id: slot.model_id, slot_id: slotIdOf(slot), at };
  await tx
    .insertInto('marketplace.slot_touch')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['person_id', 'model_id']).doUpdateSet({ slot_id: row.slot_id, at }),
    )
    .execute();
}

/** A generation that was settled, and by which slot its payer had come to its model last. */
export type Touched = {
  generation_id: GenerationId;
  person_id: AccountId;
  model_id: ModelId;
  at: Date;
  slot_id: SlotId;
  touched_at: Date;
};

/** Those of these generations whose payers came to their models by a slot, whenever that was. */
export async function touchedBy(
  tx: Tx,
  settled: readonly Omit<Touched, 'slot_id' | 'touched_at'>[],
): Promise<Touched[]> {
  if (settled.length === 0) return [];
  const { rows } = await sql<{ person_id: string; model_id: string; slot_id: string; at: Date }>`
    select t.person_id, t.model_id, t.slot_id, t.at from marketplace.slot_touch t
    join (select distinct * from unnest(${settled.map((one) => one.person_id)}::uuid[],
      ${settled.map((one) => one.model_id)}::uuid[]) u(person_id, model_id)) b
      on b.person_id = t.person_id and b.model_id = t.model_id`.execute(tx);
  const touches = new Map(rows.map((row) => [`${row.person_id} ${row.model_id}`, row]));
  return settled.flatMap((one) => {
    const found = touches.get(`${one.person_id} ${one.model_id}`);
    return found ? [{ ...one, slot_id: asId<SlotId>(found.slot_id), touched_at: found.at }] : [];
  });
}

/** By which slot each of these people came to each of these models last, by "person model". */
export async function slotTouches(
  db: Db,
  pairs: readonly { person_id: AccountId; model_id: ModelId }[],
): Promise<Map<string, { slot_id: SlotId; kind: SlotKind; at: Date }>> {
  const { rows } = await sql<{ pair: string; slot_id: string; kind: string; at: Date }>`
    select t.person_id || ' ' || t.model_id as pair, t.slot_id, s.kind, t.at
    from (select distinct * from unnest(${pairs.map(({ person_id }) => person_id)}::uuid[],
      ${pairs.map(({ model_id }) => model_id)}::uuid[]) p(person_id, model_id)) p
    join marketplace.slot_touch t using (person_id, model_id) join marketplace.slot s on s.id = t.slot_id`.execute(
    db,
  );
  return new Map(
    rows.map(({ pair, slot_id, kind, at }) => [
      pair,
      { slot_id: asId<SlotId>(slot_id), kind: SlotKind.parse(kind), at },
    ]),
  );
}

/** Counts what was begun within days of coming by a slot, each generation once. */
export async function countGenerations(
  tx: Tx,
  settled: readonly (Touched & { creator_id: AccountId; began_at: Date })[],
): Promise<void> {
  const followed = settled.filter(({ touched_at, began_at }) => {
    const passed_ms = began_at.getTime() - touched_at.getTime();
    return passed_ms >= 0 && passed_ms <= TOUCH_DAYS * DAY_MS;
  });
  for (const { generation_id, slot_id, at, model_id, creator_id } of followed) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('marketplace.slot_generation')
      .values({ generation_id, slot_id, day: dayOf(at) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n)
      await addToDays(tx, [{ slot_id, model_id, creator_id, what: 'generation', at }]);
  }
}

export type SlotDay = Omit<Slot, 'model_id'> & {
  slot_id: SlotId;
  model_id: ModelId;
  day: string;
  impressions: number;
  visits: number;
  generations: number;
};

/** What became of the slots of a creator in days [from, until), the newest day first. */
export async function slotDaysOf(
  db: Db,
  creator_id: AccountId,
  { from, until, limit }: { from: string; until: string; limit: number },
): Promise<SlotDay[]> {
  const rows = await db
    .selectFrom('marketplace.slot_day as d')
    .innerJoin('marketplace.slot as s', 's.id', 'd.slot_id')
    .select(['d.slot_id', 'd.day', 'd.impressions', 'd.visits', 'd.generations', 's.surface', 's.position'])
    .select(['s.kind', 's.model_id', 's.booking_id', 's.campaign_id'])
    .where('d.creator_id', '=', creator_id)
    .where('d.day', '>=', from)
    .where('d.day', '<', until)
    .orderBy('d.day', 'desc')
    .orderBy('d.impressions', 'desc')
    .orderBy('d.slot_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    slot_id: asId<SlotId>(row.slot_id),
    model_id: asId<ModelId>(row.model_id),
    booking_id: row.booking_id === null ? null : asId<SlotBookingId>(row.booking_id),
    surface: Surface.parse(row.surface),
    kind: SlotKind.parse(row.kind),
    impressions: Number(row.impressions),
    visits: Number(row.visits),
    generations: Number(row.generations),
  }));
}

/** Where these slots are. */
export async function slotsByIds(
  db: Db,
  ids: readonly SlotId[],
): Promise<{ id: SlotId; surface: Surface; position: number }[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.slot')
    .select(['id', 'surface', 'position'])
    .where('id', '=', oneOf(ids))
    .execute();
  return rows.map(({ id, surface, position }) => ({
    id: asId<SlotId>(id),
    surface: Surface.parse(surface),
    position,
  }));
}

/** The months in which models of a creator were seen in featured places, the newest first. */
export async function slotMonthsOf(db: Db, creator_id: AccountId): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    select distinct left(day, 7) as month from marketplace.slot_day where creator_id = ${creator_id}
    order by month desc limit 24`.execute(db);
  return rows.map(({ month }) => month);
}

/** The generations that followed from these slots in days [from, until). */
export async function generationsOfSlots(
  db: Db,
  slot_ids: readonly SlotId[],
  { from, until }: { from: string; until: string },
): Promise<{ generation_id: GenerationId; slot_id: SlotId; day: string }[]> {
  if (slot_ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.slot_generation')
    .select(['generation_id', 'slot_id', 'day'])
    .where('slot_id', '=', oneOf(slot_ids))
    .where('day', '>=', from)
    .where('day', '<', until)
    .execute();
  return rows.map(({ generation_id, slot_id, day }) => ({
    generation_id: asId<GenerationId>(generation_id),
    slot_id: asId<SlotId>(slot_id),
    day,
  }));
}

export type Counts = { impressions: number; visits: number; generations: number };

const sums = sql`coalesce(sum(impressions), 0)::int8 as impressions, coalesce(sum(visits), 0)::int8 as visits,
  coalesce(sum(generations), 0)::int8 as generations`;
const readCounts = (
  row: { impressions: bigint; visits: bigint; generations: bigint } | undefined,
): Counts => ({
  impressions: Number(row?.impressions ?? 0n),
  visits: Number(row?.visits ?? 0n),
  generations: Number(row?.generations ?? 0n),
});

/** What became of all slots of a campaign. */
export async function countsOfCampaign(db: Db, campaign_id: string): Promise<Counts> {
  const { rows } = await sql<{ impressions: bigint; visits: bigint; generations: bigint }>`
    select ${sums} from marketplace.slot_day d join marketplace.slot s on s.id = d.slot_id
    where s.campaign_id = ${campaign_id}::uuid`.execute(db);
  return readCounts(rows[0]);
}

/** What became of each of these bookings. */
export async function countsOfBookings(db: Db, ids: readonly SlotBookingId[]): Promise<Map<string, Counts>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{
    booking_id: string;
    impressions: bigint;
    visits: bigint;
    generations: bigint;
  }>`
    select s.booking_id, ${sums} from marketplace.slot s join marketplace.slot_day d on d.slot_id = s.id
    where s.booking_id = any(${[...ids]}::uuid[]) group by s.booking_id`.execute(db);
  return new Map(rows.map((row) => [row.booking_id, readCounts(row)]));
}

/** What the visitors of a day are told apart by, made when it is first asked for. */
export async function visitorSalt(db: Db, day: string): Promise<string> {
  await db
    .insertInto('marketplace.visitor_salt')
    .values({ day, salt: randomBytes(32).toString('hex') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { salt } = await db
    .selectFrom('marketplace.visitor_salt')
    .select('salt')
    .where('day', '=', day)
    .executeTakeFirstOrThrow();
  return salt;
}

/** Whoever it is, by a name that holds for a day: nothing of what it was made of can be read from it. */
export const visitorOf = (salt: string, ...known: string[]): string =>
  stringify(
    asUuid(
      createHash('sha256')
        .update([salt, ...known].join('\0'))
        .digest(),
    ),
  );

function asUuid(digest: Buffer): Buffer {
  const bytes = digest.subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** Who saw what is kept while they could be counted twice, the salt of a day until it is over. */
export async function forgetSights(tx: Tx, at: Date): Promise<void> {
  const hour = new Date(hourOf(at) * HOUR_MS);
  await tx.deleteFrom('marketplace.slot_seen').where('hour', '<', hour).execute();
  await tx.deleteFrom('marketplace.visitor_salt').where('day', '<', dayOf(at)).execute();
  await tx
    .deleteFrom('marketplace.slot_touch')
    .where('at', '<', new Date(at.getTime() - TOUCH_DAYS * DAY_MS))
    .execute();
}
