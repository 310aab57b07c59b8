import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { type AccountId, asId, type CaseId, type ClaimId, type ModelId, type ReleaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { type ClaimAct, claimMachine, type ClaimState } from './claim-machine.ts';
import type { CaseLine } from './corrections.ts';
import type { Line } from './store.ts';

/** The statement that a claimant affirms now, word by word. */
export const CLAIM_STATEMENT = statementOfVersion('2026-11');

function statementOfVersion(version: string) {
  const text = readFileSync(path.resolve(import.meta.dirname, 'claim-statements', `${version}.md`), 'utf8');
  return { version, text };
}

export const CLAIM_ANSWER_TIMER = 'claim.answer';
/** So long the respondent of an admitted claim has to answer before anybody proposes to uphold it. */
export const CLAIM_ANSWER_DAYS = 14;
export const claimAnswerUntil = (admitted_at: Date): Date =>
  new Date(admitted_at.getTime() + CLAIM_ANSWER_DAYS * DAY_MS);

export const CLAIM_LEGS = ['model', 'person', 'royalty'] as const;
export type ClaimLeg = (typeof CLAIM_LEGS)[number];
export const CLAIM_REMEDIES = ['redirect', 'transfer', 'withdraw'] as const;
export type ClaimRemedy = (typeof CLAIM_REMEDIES)[number];

export type Claim = {
  id: ClaimId;
  model_id: ModelId;
  claimant_id: AccountId;
  leg: ClaimLeg;
  respondent_id: AccountId;
  parent_model_id: ModelId | null;
  grounds: string;
  evidence: string;
  links: string[];
  work: string;
  statement_version: string;
  statement: string;
  filed_at: Date;
  state: ClaimState;
  version: number;
  case_id: CaseId | null;
  admitted_at: Date | null;
  answer: string | null;
  answered_at: Date | null;
  remedy: ClaimRemedy | null;
  proposed_by: AccountId | null;
  ended_at: Date | null;
};

export type FiledClaim = Pick<
  Claim,
  | 'id'
  | 'model_id'
  | 'claimant_id'
  | 'leg'
  | 'respondent_id'
  | 'parent_model_id'
  | 'grounds'
  | 'evidence'
  | 'links'
  | 'work'
>;

export async function fileClaim(tx: Tx, filed: FiledClaim, at: Date): Promise<void> {
  const { version: statement_version, text: statement } = CLAIM_STATEMENT;
  await tx
    .insertInto('earnings.claim')
    .values({ ...filed, statement_version, statement, filed_at: at, state: claimMachine.begins })
    .execute();
  await begin(tx, claimMachine, { id: filed.id, by: { id: filed.claimant_id, as: 'claimant' }, at });
}

export const moveClaim = (
  tx: Tx,
  act: ClaimAct,
  step: {
    id: ClaimId;
    by: Actor;
    at: Date;
    version?: number | undefined;
    reason?: string;
    set?: Partial<
      Pick<
        Claim,
        | 'respondent_id'
        | 'case_id'
        | 'admitted_at'
        | 'answer'
        | 'answered_at'
        | 'remedy'
        | 'proposed_by'
        | 'ended_at'
      >
    >;
  },
): Promise<number> => takeStep(tx, claimMachine, act, step);

const claims = (db: Db) => db.selectFrom('earnings.claim').selectAll().$narrowType<Claim>();

export const claimById = (db: Db, id: ClaimId): Promise<Claim | undefined> =>
  claims(db).where('id', '=', id).executeTakeFirst();

/** Keeps the row of a claim as it is until the transaction ends. */
export const lockClaim = (tx: Tx, id: ClaimId): Promise<Claim | undefined> =>
  claims(tx).where('id', '=', id).forUpdate().executeTakeFirst();

export const claimOfCase = (db: Db, case_id: CaseId): Promise<Claim | undefined> =>
  claims(db).where('case_id', '=', case_id).executeTakeFirst();

/** States in which what the leg earns is set aside. */
const STANDING = sql`c.state in ('admitted', 'heard', 'awaiting_signature')`;

/**
 * The admitted claim that forbids to change whose a model is: one on the model, or on what it gets as a parent. What
 * only was filed forbids nothing.
 */
export async function openClaimOn(db: Db, model_id: ModelId): Promise<ClaimId | null> {
  const { rows } = await sql<{ id: string }>`
    select c.id from earnings.claim c
    where (c.model_id = ${model_id} or c.parent_model_id = ${model_id}) and ${STANDING} limit 1`.execute(db);
  return rows[0] ? asId<ClaimId>(rows[0].id) : null;
}

/** Those of these models that an admitted claim is on. */
export async function modelsUnderClaim(db: Db, model_ids: readonly string[]): Promise<Set<string>> {
  if (model_ids.length === 0) return new Set();
  const { rows } = await sql<{ model_id: string }>`
    select distinct c.model_id from earnings.claim c
    where c.model_id = any(${[...model_ids]}::uuid[]) and ${STANDING}`.execute(db);
  return new Set(rows.map(({ model_id }) => model_id));
}

/** The admitted claim on a model itself: upheld, it may change whose the model is, and so who is owed for it. */
export async function openClaimOnOwner(db: Db, model_id: ModelId): Promise<ClaimId | null> {
  const { rows } = await sql<{ id: string }>`
    select c.id from earnings.claim c where c.model_id = ${model_id} and c.leg = 'model' and ${STANDING}`.execute(
    db,
  );
  return rows[0] ? asId<ClaimId>(rows[0].id) : null;
}

/** When a claim last took everything of a model out of use that there was of it; null where none did. */
export async function takenOutByClaim(db: Db, model_id: ModelId): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(ended_at) as at from earnings.claim
    where model_id = ${model_id} and state = 'upheld' and remedy = 'withdraw'`.execute(db);
  return rows[0]?.at ?? null;
}

/** An admitted claim, as far as a settlement has to know of it. */
export type StandingHold = Pick<Claim, 'model_id' | 'leg' | 'respondent_id'> & {
  id: ClaimId;
  case_id: CaseId;
};
/** What settlements go by besides frozen terms: the last UTC day that has matured, and what is to be set aside. */
export type SettledUnder = {
  matured_until: string | null;
  model_ids: readonly ModelId[];
  holds: readonly StandingHold[];
};

export async function settlingUnder(db: Db, model_ids: readonly ModelId[]): Promise<SettledUnder> {
  const { rows } = await sql<{ matured_until: string | null; holds: StandingHold[] }>`
    select (select max(day)::text from earnings.matured_day) as matured_until,
      (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'case_id', c.case_id, 'model_id', c.model_id,
                'leg', c.leg, 'respondent_id', c.respondent_id)), '[]')
       from earnings.claim c where c.model_id = any(${[...model_ids]}::uuid[]) and ${STANDING}) as holds`.execute(
    db,
  );
  const { matured_until, holds } = present(rows[0], 'one row');
  return { matured_until, model_ids, holds };
}

/**
 * Whether settlements of these models are still under these claims and no others. Who holds a slot of the ledger asks
 * it for good: claims begin and end only while nobody does.
 */
export const stillUnder = ({ model_ids, holds }: SettledUnder) => sql<boolean>`
  (select coalesce(array_agg(c.id order by c.id), '{}') from earnings.claim c
   where c.model_id = any(${[...model_ids]}::uuid[]) and ${STANDING}) = ${holds.map(({ id }) => id).toSorted()}::uuid[]`;

/** A claim was admitted or ended while a settlement was under way. Nothing was written; it settles anew. */
export class ClaimsChanged extends Error {}

/** Whether what somebody earned by a model is claimed. Of a royalty it is all that one owner gets for their models. */
export const covers = (
  { model_id, leg, respondent_id }: Pick<Claim, 'model_id' | 'leg' | 'respondent_id'>,
  line: Pick<Line, 'model_id' | 'role' | 'person_id'>,
): boolean =>
  line.model_id === model_id &&
  line.role !== 'claimant' &&
  (leg === 'royalty') === (line.role === 'parent') &&
  (leg === 'model' || line.person_id === respondent_id);

// reading ---------------------------------------------------------------------------------------------------

const NONE = '00000000-0000-0000-0000-000000000000';

/**
 * Claims, newest first: somebody's own, those about what is somebody's, which they learn of when one is admitted, or
 * all in some states but for those in which `decider_id` is a party or shares.
 */
export async function listClaims(
  db: Db,
  filter: {
    claimant_id?: AccountId;
    respondent_id?: AccountId;
    decider_id?: AccountId;
    model_id?: ModelId;
    states?: readonly ClaimState[];
    before: { at: Date; id: string } | null;
    limit: number;
  },
): Promise<Claim[]> {
  const { claimant_id = null, respondent_id = null, decider_id = null } = filter;
  const { model_id = null, states = null, before, limit } = filter;
  return claims(db)
    .where(
      sql<boolean>`(${claimant_id}::uuid is null or claimant_id = ${claimant_id})
        and (${respondent_id}::uuid is null or (respondent_id = ${respondent_id} and admitted_at is not null))
        and (${decider_id}::uuid is null or (${decider_id} not in (claimant_id, respondent_id) and not exists (
          select from earnings.split s where s.model_id = claim.model_id
            and s.parts @> jsonb_build_array(jsonb_build_object('person_id', ${decider_id}::text)))))
        and (${model_id}::uuid is null or model_id = ${model_id})
        and (${states}::text[] is null or state = any(${states}))
        and (${before === null} or (filed_at, id) < (${before?.at ?? new Date(0)}::timestamptz, ${before?.id ?? NONE}::uuid))`,
    )
    .orderBy('filed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** How many claims somebody filed since; who asks for the same account meanwhile waits. */
export async function countFiled(tx: Tx, claimant_id: AccountId, since: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('claims filed'), hashtext(${claimant_id}))`.execute(tx);
  const { rows } = await sql<{ n: number }>`
    select count(*)::int4 as n from earnings.claim where claimant_id = ${claimant_id} and filed_at >= ${since}`.execute(
    tx,
  );
  return rows[0]?.n ?? 0;
}

/** Everybody who has or had a part in what a model earns, or a royalty of one of its releases. */
export async function earnersOf(
  db: Db,
  model_id: ModelId,
  release_ids: readonly ReleaseId[],
): Promise<Set<AccountId>> {
  const { rows } = await sql<{ person_id: AccountId }>`
    select part ->> 'person_id' as person_id from earnings.split s, jsonb_array_elements(s.parts) part
    where s.model_id = ${model_id}
    union select person_id::text from earnings.royalty where release_id = any(${[...release_ids]}::uuid[])`.execute(
    db,
  );
  return new Set(rows.map(({ person_id }) => person_id));
}

/** What a case holds of each person, and of how many generations. */
export async function heldByPerson(db: Db, case_id: CaseId) {
  const { rows } = await sql<{ person_id: AccountId; held_micros: bigint; generations: number }>`
    select person_id, sum(amount_micros)::int8 as held_micros, count(distinct generation_id)::int4 as generations
    from earnings.case_line where case_id = ${case_id} group by 1 order by 1`.execute(db);
  return rows;
}

/** What an upheld claim brought its claimant, as it was then. */
export async function broughtByClaim(db: Db, case_id: CaseId): Promise<bigint> {
  const { rows } = await sql<{ amount: bigint }>`
    select coalesce(sum(l.amount_micros), 0)::int8 as amount from earnings.reversal r
    join earnings.line l on l.generation_id = r.generation_id and l.role = 'claimant'
    where r.case_id = ${case_id} and r.cause = 'claim'`.execute(db);
  return rows[0]?.amount ?? 0n;
}

// what follows ----------------------------------------------------------------------------------------------

/** Adds what was just earned to the lines of the case that sets it aside. */
export async function insertCaseLines(
  tx: Tx,
  lines: readonly (CaseLine & { case_id: CaseId })[],
): Promise<void> {
  await insertAll(tx, 'earnings.case_line', lines);
}

/** What one person gets for some parents of these releases is another's from an instant on, at the same shares. */
export async function redirectRoyaltiesOf(
  tx: Tx,
  redirected: {
    release_ids: readonly ReleaseId[];
    parent_release_ids: readonly ReleaseId[];
    from_id: AccountId;
    to_id: AccountId;
    at: Date;
  },
): Promise<void> {
  const { release_ids, parent_release_ids, from_id, to_id, at } = redirected;
  // one after the other, as where a parent changes hands
  await sql`select pg_advisory_xact_lock(hashtext('royalties'), 0)`.execute(tx);
  await sql`
    insert into earnings.royalty
      (release_id, version, position, parent_release_id, person_id, royalty_ppm, agreed_at, in_force_from)
    select r.release_id, r.version + 1, r.position, r.parent_release_id,
      case when r.parent_release_id = any(${[...parent_release_ids]}::uuid[]) and r.person_id = ${from_id}
        then ${to_id}::uuid else r.person_id end,
      r.royalty_ppm, ${at}, greatest(r.in_force_from, ${at}::timestamptz)
    from earnings.royalty r
    where r.release_id = any(${[...release_ids]}::uuid[])
      and r.version = (select max(version) from earnings.royalty x where x.release_id = r.release_id)
      and exists (select from earnings.royalty o where o.release_id = r.release_id and o.version = r.version
        and o.person_id = ${from_id} and o.parent_release_id = any(${[...parent_release_ids]}::uuid[]))`.execute(
    tx,
  );
}
