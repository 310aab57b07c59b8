import { sql } from 'kysely';
import type {
  AccountId,
  AdjustmentId,
  CaseId,
  ClaimId,
  GenerationId,
  PurchaseId,
  TransactionId,
} from '../../ids.ts';
import { asId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { tell, tellAll } from '../../kit/outbox.ts';
import type { LineRole } from './store.ts';

/** What of one line is still the person's, in its two halves, and how much of that open cases hold. */
export type Remainder = {
  person_id: AccountId;
  role: LineRole;
  pending_micros: bigint;
  vesting_micros: bigint;
  held_micros: bigint;
};
/** What of one generation still counts: less what was reversed. */
export type Standing = {
  settled_at: Date;
  /** The UTC day with which the paid half of its lines matures. */
  matures_day: string;
  reversed: { paid_micros: bigint; promo_micros: bigint };
  refunded: boolean;
  lapsed: boolean;
  vested: boolean;
  lines: Remainder[];
};

/** Where some generations stand. Whoever is about to change it holds the ledger's lock. */
export async function standings(db: Db, ids: readonly string[]): Promise<Map<string, Standing>> {
  const { rows: heads } = await sql<
    Omit<Standing, 'lines' | 'reversed'> & {
      id: string;
      paid_micros: bigint;
      promo_micros: bigint;
    }
  >`
    select r.generation_id as id, r.settled_at,
           coalesce((select max(l.matures_day) from earnings.line l where l.generation_id = r.generation_id),
                    (r.settled_at at time zone 'UTC')::date)::text as matures_day, exists (select from earnings.vested v where v.generation_id = r.generation_id) as vested,
           coalesce(bool_or(x.cause = 'refund'), false) as refunded, coalesce(bool_or(x.cause = 'lapse'), false) as lapsed,
           coalesce(sum(x.paid_micros), 0)::int8 as paid_micros, coalesce(sum(x.promo_micros), 0)::int8 as promo_micros
    from earnings.receipt r left join earnings.reversal x on x.generation_id = r.generation_id
    where r.generation_id = any(${[...ids]}::uuid[]) group by r.generation_id, r.settled_at`.execute(db);
  const { rows: lines } = await sql<Remainder & { generation_id: string }>`
    select l.generation_id, l.person_id, l.role,
           (l.pending_micros - coalesce(x.pending, 0))::int8 as pending_micros,
           (l.vesting_micros - coalesce(x.vesting, 0))::int8 as vesting_micros,
           coalesce(h.held, 0)::int8 as held_micros
    from earnings.line l
    left join lateral (select sum(pending_micros) pending, sum(vesting_micros) vesting from earnings.reversal_line x
      where x.generation_id = l.generation_id and x.person_id = l.person_id and x.role = l.role) x on true
    left join lateral (select sum(c.amount_micros) held from earnings.case_line c
      where c.generation_id = l.generation_id and c.person_id = l.person_id and c.role = l.role
        and not exists (select from earnings.resolution z where z.case_id = c.case_id)) h on true
    where l.generation_id = any(${[...ids]}::uuid[]) order by l.generation_id, l.person_id, l.role`.execute(
    db,
  );
  const linesOf = Map.groupBy(lines, ({ generation_id }) => generation_id);
  return new Map(
    heads.map(({ id, paid_micros, promo_micros, ...head }) => [
      id,
      {
        ...head,
        reversed: { paid_micros, promo_micros },
        lines: (linesOf.get(id) ?? []).map(({ generation_id: _, ...line }) => line),
      },
    ]),
  );
}

export type Reversal = {
  id: TransactionId;
  generation_id: GenerationId;
  cause: 'refund' | 'chargeback' | 'forfeit' | 'lapse' | 'claim';
  case_id: CaseId | null;
  reason: string;
  paid_micros: bigint;
  promo_micros: bigint;
  lines: readonly {
    person_id: AccountId;
    role: Remainder['role'];
    pending_micros: bigint;
    vesting_micros: bigint;
  }[];
};

export async function insertReversal(tx: Tx, { lines, ...reversal }: Reversal, at: Date): Promise<void> {
  await tx
    .insertInto('earnings.reversal')
    .values({ ...reversal, at })
    .execute();
  const rows = lines
    .filter(({ pending_micros, vesting_micros }) => pending_micros + vesting_micros > 0n)
    .map((line) => ({ ...line, reversal_id: reversal.id, generation_id: reversal.generation_id }));
  if (rows.length > 0) await tx.insertInto('earnings.reversal_line').values(rows).execute();
  await tellCorrected(tx, [reversal], at);
}

/** Whoever counts what was earned looks at these again. */
const tellCorrected = (
  tx: Tx,
  changed: readonly { generation_id: GenerationId }[],
  at: Date,
): Promise<void> =>
  tellAll(
    tx,
    'generation.corrected',
    changed.map(({ generation_id }) => ({ generation_id })),
    at,
  );

/** Many at once. */
export async function insertReversals(tx: Tx, reversals: readonly Reversal[], at: Date): Promise<void> {
  await insertAll(
    tx,
    'earnings.reversal',
    reversals.map(({ lines: _, ...reversal }) => ({ ...reversal, at })),
  );
  await insertAll(
    tx,
    'earnings.reversal_line',
    reversals.flatMap(({ id: reversal_id, generation_id, lines }) =>
      lines
        .filter(({ pending_micros, vesting_micros }) => pending_micros + vesting_micros > 0n)
        .map((line) => ({ ...line, reversal_id, generation_id })),
    ),
  );
  await tellCorrected(tx, reversals, at);
}

export async function refundOf(db: Db, generation_id: GenerationId) {
  return db
    .selectFrom('earnings.reversal')
    .select(['id', 'paid_micros', 'promo_micros', 'reason', 'at'])
    .where('generation_id', '=', generation_id)
    .where('cause', '=', 'refund')
    .executeTakeFirst();
}

export type ListedReversal = Omit<Reversal, 'lines'> & { at: Date; taken_micros: bigint };

const reversals = sql<ListedReversal>`
  select r.*, (select coalesce(sum(l.pending_micros + l.vesting_micros), 0)::int8
               from earnings.reversal_line l where l.reversal_id = r.id) as taken_micros
  from earnings.reversal r`;

/** What was taken back, newest first. */
export async function listReversals(
  db: Db,
  filter: {
    cause: Reversal['cause'] | null;
    generation_id?: GenerationId;
    case_id?: CaseId;
    before: { at: Date; id: string } | null;
    limit: number;
  },
): Promise<ListedReversal[]> {
  const { cause, generation_id = null, case_id = null, before, limit } = filter;
  const { rows } = await sql<ListedReversal>`${reversals}
    where (${cause}::text is null or r.cause = ${cause})
      and (${generation_id}::uuid is null or r.generation_id = ${generation_id})
      and (${case_id}::uuid is null or r.case_id = ${case_id})
      and (${before === null} or (r.at, r.id) < (${before?.at ?? new Date(0)}::timestamptz, ${before?.id ?? NONE}::uuid))
    order by r.at desc, r.id desc limit ${limit}`.execute(db);
  return rows;
}

/** What was taken back in [from, to), oldest first. */
export async function reversalsBetween(
  db: Db,
  cause: Reversal['cause'] | null,
  from: Date,
  to: Date,
): Promise<ListedReversal[]> {
  const { rows } = await sql<ListedReversal>`${reversals}
    where r.at >= ${from} and r.at < ${to} and (${cause}::text is null or r.cause = ${cause})
    order by r.at, r.id`.execute(db);
  return rows;
}

export async function reversalById(db: Db, id: string): Promise<ListedReversal | undefined> {
  const { rows } = await sql<ListedReversal>`${reversals} where r.id = ${id}`.execute(db);
  return rows[0];
}

/** What was taken back of one generation, oldest first. */
export async function reversalsOf(db: Db, generation_id: GenerationId) {
  return db
    .selectFrom('earnings.reversal')
    .select(['cause', 'paid_micros', 'promo_micros', 'at'])
    .where('generation_id', '=', generation_id)
    .orderBy('at')
    .orderBy('id')
    .$narrowType<{ cause: Reversal['cause'] }>()
    .execute();
}

/** The generations that some reversals are of, by reversal. */
export async function generationsReversedBy(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('earnings.reversal')
    .select(['id', 'generation_id'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, generation_id }) => [id, generation_id]));
}

// vesting --------------------------------------------------------------------------------------------------

/** Of these generations those whose promo half still waits: not vested, not reversed, in no open case. */
export async function waitingToVest(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct l.generation_id as id from earnings.line l
    where l.generation_id = any(${[...ids]}::uuid[]) and ${STILL_WAITS}`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Generations settled before an instant whose promo half still waits, oldest first. */
export async function waitingSince(db: Db, before: Date, limit: number): Promise<GenerationId[]> {
  const { rows } = await sql<{ id: string }>`
    select l.generation_id as id from earnings.line l
    where l.settled_at < ${before} and ${STILL_WAITS} and l.settled_at + ${IN_CASES} < ${before}
    group by l.generation_id order by min(l.settled_at), l.generation_id limit ${limit}`.execute(db);
  return rows.map(({ id }) => asId<GenerationId>(id));
}

/** How long cases that are resolved by now held the generation of a line `l` after it was settled: it does not count. */
const IN_CASES = sql`coalesce((
  select sum(z.resolved_at - greatest(k.opened_at, l.settled_at))
  from (select distinct case_id as id from earnings.case_line c where c.generation_id = l.generation_id) c
  join earnings.case k using (id) join earnings.resolution z on z.case_id = k.id), interval '0')`;

/** Whether the generation of a line `l` was in a case that was resolved since. */
export const cameOutOfCaseSince = (since: Date) => sql`l.generation_id = any(array(
  select c.generation_id from earnings.case_line c join earnings.resolution z using (case_id) where z.resolved_at >= ${since}))`;

/** Whether the promo half of a line `l` still waits. */
export const STILL_WAITS = sql`l.vesting_micros > 0
  and not exists (select from earnings.vested v where v.generation_id = l.generation_id)
  and not exists (select from earnings.reversal x where x.generation_id = l.generation_id and x.cause in ('refund', 'lapse'))
  and not exists (select from earnings.case_line c where c.generation_id = l.generation_id
    and not exists (select from earnings.resolution z where z.case_id = c.case_id))`;

/** Promo credits of these generations that purchases have come to cover, less what was refunded since. */
export async function coveredSum(db: Db, ids: readonly string[]): Promise<bigint> {
  const { rows } = await sql<{ covered: bigint }>`
    select coalesce(sum(v.promo_micros), 0)::int8 as covered from earnings.vested v
    where v.generation_id = any(${[...ids]}::uuid[])
      and not exists (select from earnings.reversal x where x.generation_id = v.generation_id and x.cause = 'refund')`.execute(
    db,
  );
  return rows[0]?.covered ?? 0n;
}

export async function insertVested(
  tx: Tx,
  vested: readonly { generation_id: GenerationId; promo_micros: bigint }[],
  at: Date,
): Promise<void> {
  await tx
    .insertInto('earnings.vested')
    .values(vested.map((row) => ({ ...row, at })))
    .execute();
  await tellCorrected(tx, vested, at);
}

// maturity -------------------------------------------------------------------------------------------------

/** The last UTC day that has matured; days mature one after the other. */
export async function maturedUntil(db: Db): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select max(day)::text as day from earnings.matured_day`.execute(db);
  return rows[0]?.day ?? null;
}

/** The first UTC day on which anybody earned anything. */
export async function firstDay(db: Db): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select (min(settled_at) at time zone 'UTC')::date::text as day from earnings.line`.execute(db);
  return rows[0]?.day ?? null;
}

export async function insertMaturedDay(tx: Tx, day: string, creators: number, at: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into earnings.matured_day (day, creators, at) values (${day}::date, ${creators}, ${at})
    on conflict do nothing returning day`.execute(tx);
  return rows.length > 0;
}

// cases ----------------------------------------------------------------------------------------------------

export type Outcome = 'cleared' | 'forfeited' | 'refunded' | 'won' | 'lost' | 'upheld';
export type Case = {
  id: CaseId;
  reason: string;
  purchase_id: PurchaseId | null;
  reference: string | null;
  opened_by: AccountId;
  opened_at: Date;
};
export type CaseLine = {
  generation_id: GenerationId;
  person_id: AccountId;
  role: Remainder['role'];
  amount_micros: bigint;
};

export async function insertCase(tx: Tx, opened: Case, lines: readonly CaseLine[]): Promise<void> {
  await tx.insertInto('earnings.case').values(opened).execute();
  const rows = lines.map((line) => ({ ...line, case_id: opened.id }));
  if (rows.length > 0) await tx.insertInto('earnings.case_line').values(rows).execute();
}

export async function insertResolution(
  tx: Tx,
  resolution: { case_id: CaseId; outcome: Outcome; note: string; resolved_by: AccountId; resolved_at: Date },
): Promise<void> {
  await tx.insertInto('earnings.resolution').values(resolution).execute();
}

export type ListedCase = Case & {
  /** The claim whose case it is: it ends as the claim ends. */
  claim_id: ClaimId | null;
  outcome: Outcome | null;
  note: string | null;
  resolved_by: AccountId | null;
  resolved_at: Date | null;
  generations: number;
  /** The first of them. */
  about: GenerationId[];
  held_micros: bigint;
};

const cases = sql<ListedCase>`
  select c.*, (select k.id from earnings.claim k where k.case_id = c.id) as claim_id, z.outcome, z.note, z.resolved_by, z.resolved_at,
         (select count(distinct l.generation_id)::int4 from earnings.case_line l where l.case_id = c.id) as generations,
         array(select l.generation_id::text from earnings.case_line l where l.case_id = c.id
               group by 1 order by 1 limit 3) as about,
         (select coalesce(sum(l.amount_micros), 0)::int8 from earnings.case_line l where l.case_id = c.id) as held_micros
  from earnings.case c left join earnings.resolution z on z.case_id = c.id`;

export async function listCases(
  db: Db,
  filter: {
    open: boolean | null;
    kind: 'review' | 'dispute' | 'claim' | null;
    before: { at: Date; id: string } | null;
    limit: number;
  },
): Promise<ListedCase[]> {
  const { open, kind, before, limit } = filter;
  const { rows } = await sql<ListedCase>`${cases}
    where (${open}::bool is null or (z.case_id is null) = ${open}) and (${kind}::text is null or ${kind} = case when c.purchase_id is not null then 'dispute'
        when exists (select from earnings.claim k where k.case_id = c.id) then 'claim' else 'review' end)
      and (${before === null} or (c.opened_at, c.id) < (${before?.at ?? new Date(0)}::timestamptz, ${before?.id ?? NONE}::uuid))
    order by c.opened_at desc, c.id desc limit ${limit}`.execute(db);
  return rows;
}
const NONE = '00000000-0000-0000-0000-000000000000';

export async function caseById(db: Db, id: CaseId): Promise<ListedCase | undefined> {
  const { rows } = await sql<ListedCase>`${cases} where c.id = ${id}`.execute(db);
  return rows[0];
}

/** The cases that were about a generation, newest first. */
export async function casesOfGeneration(db: Db, generation_id: GenerationId): Promise<ListedCase[]> {
  const { rows } = await sql<ListedCase>`${cases}
    where exists (select from earnings.case_line l where l.case_id = c.id and l.generation_id = ${generation_id})
    order by c.opened_at desc, c.id desc`.execute(db);
  return rows;
}

/** The generations of a case with what it holds of each, in the order of their ids. */
export async function generationsOfCase(db: Db, case_id: CaseId, limit: number) {
  const { rows } = await sql<{ generation_id: GenerationId; held_micros: bigint }>`
    select generation_id, sum(amount_micros)::int8 as held_micros from earnings.case_line
    where case_id = ${case_id} group by 1 order by 1 limit ${limit}`.execute(db);
  return rows;
}

export async function caseOfPurchase(db: Db, purchase_id: PurchaseId): Promise<ListedCase | undefined> {
  const { rows } = await sql<ListedCase>`${cases} where c.purchase_id = ${purchase_id}`.execute(db);
  return rows[0];
}

/** A line of a case, with the UTC day and the price of its generation. */
export type ListedCaseLine = CaseLine & { day: string; price_micros: bigint };

export async function caseLines(db: Db, case_id: CaseId): Promise<ListedCaseLine[]> {
  const { rows } = await sql<ListedCaseLine>`
    select c.generation_id, c.person_id, c.role, c.amount_micros, l.price_micros, (l.settled_at at time zone 'UTC')::date::text as day
    from earnings.case_line c join earnings.line l using (generation_id, person_id, role)
    where c.case_id = ${case_id} order by l.settled_at, c.generation_id, c.person_id, c.role`.execute(db);
  return rows;
}

/** Open cases that hold something of a person. */
export async function openCasesOf(db: Db, person_id: AccountId): Promise<CaseId[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct c.case_id as id from earnings.case_line c where c.person_id = ${person_id}
      and not exists (select from earnings.resolution z where z.case_id = c.case_id)`.execute(db);
  return rows.map(({ id }) => asId<CaseId>(id));
}

/**
 * What cases hold of a person's lines since the very day on which they were earned, by that day. It left the
 * dated accounts on their own day and was earned on it all the same.
 */
export async function heldOnTheirDay(db: Db, person_id: AccountId, from: Date): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ day: string; held: bigint }>`
    select (l.settled_at at time zone 'UTC')::date::text as day, sum(c.amount_micros)::int8 as held
    from earnings.case_line c join earnings.line l using (generation_id, person_id, role)
    join earnings.case k on k.id = c.case_id left join earnings.resolution z on z.case_id = c.case_id
    where c.person_id = ${person_id} and l.settled_at >= ${from}
      and ((k.opened_at at time zone 'UTC')::date = (l.settled_at at time zone 'UTC')::date
        -- a claim's case was open before, and took it when it was settled
        or exists (select from earnings.claim o where o.case_id = c.case_id))
      and (z.case_id is null or (z.resolved_at at time zone 'UTC')::date > (l.settled_at at time zone 'UTC')::date)
    group by 1`.execute(db);
  return new Map(rows.map(({ day, held }) => [day, held]));
}

/** Which of these generations an open case is about. */
export async function inOpenCase(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct c.generation_id as id from earnings.case_line c
    where c.generation_id = any(${[...ids]}::uuid[]) and not exists (select from earnings.resolution z where z.case_id = c.case_id)`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Of these purchases those whose payment is disputed or was taken back. */
export async function disputedAmong(db: Db, purchases: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select c.purchase_id as id from earnings.case c left join earnings.resolution z on z.case_id = c.id
    where c.purchase_id = any(${[...purchases]}::uuid[]) and z.outcome is distinct from 'won'`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** What lost disputes of these purchases took back of each generation, by purchase. */
export async function clawedBack(
  db: Db,
  purchases: readonly string[],
): Promise<Map<string, Map<string, bigint>>> {
  const { rows } = await sql<{ purchase_id: string; generation_id: string; paid_micros: bigint }>`
    select c.purchase_id, x.generation_id, x.paid_micros from earnings.case c
    join earnings.reversal x on x.case_id = c.id and x.cause = 'chargeback'
    where c.purchase_id = any(${[...purchases]}::uuid[])`.execute(db);
  const taken = new Map<string, Map<string, bigint>>();
  for (const { purchase_id, generation_id, paid_micros } of rows)
    taken.set(purchase_id, (taken.get(purchase_id) ?? new Map()).set(generation_id, paid_micros));
  return taken;
}

// adjustments ----------------------------------------------------------------------------------------------

export type Adjustment = {
  id: AdjustmentId;
  person_id: AccountId;
  direction: 'give' | 'take';
  amount_micros: bigint;
  reason: string;
  memo: string;
  proposed_by: AccountId;
  proposed_at: Date;
};
export type ListedAdjustment = Adjustment & { approved_by: AccountId | null; approved_at: Date | null };

export async function insertAdjustment(tx: Tx, adjustment: Adjustment): Promise<void> {
  await tx.insertInto('earnings.adjustment').values(adjustment).execute();
}

export async function insertApproval(
  tx: Tx,
  approval: { adjustment_id: AdjustmentId; approved_by: AccountId; approved_at: Date },
): Promise<void> {
  await tx.insertInto('earnings.adjustment_approval').values(approval).execute();
  await tell(tx, 'adjustment.approved', { adjustment_id: approval.adjustment_id }, approval.approved_at);
}

const adjustments = sql<ListedAdjustment>`
  select a.*, p.approved_by, p.approved_at from earnings.adjustment a
  left join earnings.adjustment_approval p on p.adjustment_id = a.id`;

export async function adjustmentById(db: Db, id: AdjustmentId): Promise<ListedAdjustment | undefined> {
  const { rows } = await sql<ListedAdjustment>`${adjustments} where a.id = ${id}`.execute(db);
  return rows[0];
}

export async function listAdjustments(
  db: Db,
  filter: { waiting: boolean | null; before: { at: Date; id: string } | null; limit: number },
): Promise<ListedAdjustment[]> {
  const { waiting, before, limit } = filter;
  const { rows } = await sql<ListedAdjustment>`${adjustments}
    where (${waiting}::bool is null or (p.adjustment_id is null) = ${waiting})
      and (${before === null} or (a.proposed_at, a.id) < (${before?.at ?? new Date(0)}::timestamptz, ${before?.id ?? NONE}::uuid))
    order by a.proposed_at desc, a.id desc limit ${limit}`.execute(db);
  return rows;
}

/** Those of some generations whose money went back to whoever paid. */
export async function takenBackAmong(db: Db, ids: readonly GenerationId[]): Promise<Set<GenerationId>> {
  const { rows } = await sql<{ generation_id: GenerationId }>`
    select distinct generation_id from earnings.reversal
    where generation_id = any(${[...ids]}::uuid[]) and cause in ('refund', 'chargeback')`.execute(db);
  return new Set(rows.map(({ generation_id }) => generation_id));
}
