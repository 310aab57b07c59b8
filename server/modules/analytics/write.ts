import { type RawBuilder, sql } from 'kysely';
import { assert, present } from '../../kit/assert.ts';
import { startOfMonth } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Correction, type Fact, NOBODY, type Part } from './fact.ts';

/** So much lies under one number at most, but for what is written with the last of it: a fold is never long. */
export const FOLD_MAX = 25_000;

type Open = { fold: bigint; facts_from: Date };

/**
 * Under which number to write so many, and that they are; with the last that fit it is closed. Whoever folds waits
 * until `tx` has ended, and whoever else writes does. Nobody waits for the disk: what a crash loses is lost with the
 * word that it was heard, and is told of again.
 */
async function takeFold(tx: Tx, many: number): Promise<Open> {
  const { rows } = await sql<Open>`
    update analytics.state set fold = fold + (written + ${many} >= ${FOLD_MAX})::int4,
      written = case when written + ${many} >= ${FOLD_MAX} then 0 else written + ${many} end
    returning old.fold, facts_from, set_config('synchronous_commit', 'off', true)`.execute(tx);
  return present(rows[0], 'the state of counting');
}

/**
 * Writes facts under the fold that is open; one that is there already is counted for nothing, and so is one of a time
 * whose facts were given away. Answers how many are new.
 */
export async function addFacts(tx: Tx, facts: readonly Fact[]): Promise<number> {
  if (facts.length === 0) return 0;
  const { fold, facts_from } = await takeFold(tx, facts.length);
  const kept = facts.filter(({ ended_at }) => ended_at >= facts_from);
  if (kept.length === 0) return 0;
  await makeMonths(
    tx,
    kept.map(({ ended_at }) => ended_at),
  );
  const { numAffectedRows } = await insertionOf(kept, fold).execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** Writes rows and nothing else: under which number is the business of `addFacts`. */
export function insertionOf(facts: readonly Fact[], fold: bigint): RawBuilder<unknown> {
  const column = <T>(read: (fact: Fact) => T) => facts.map(read);
  const parts = columnsOfParts(column(({ earned }) => earned));
  return sql`
      insert into analytics.fact (generation_id, ended_at, fold, began_at, model_id, release_id, creator_id, payer_id,
        slot_id, price_micros, promo_micros, paid_micros, queue_ms, run_ms, total_ms, related, follower, outcome, reason,
        via, source, region, modality, settings, earner_ids, earner_roles, earned_paid_micros, earned_promo_micros)
      select generation_id, ended_at, ${fold}::int8, began_at, model_id, release_id, creator_id, payer_id,
        slot_id, price_micros, promo_micros, paid_micros, queue_ms, run_ms, total_ms, related, follower, outcome, reason,
        via, source, region, modality, settings::text[], earner_ids::uuid[], earner_roles::text[], earned_paid::int8[], earned_promo::int8[]
      from unnest(
        ${column((fact) => fact.generation_id)}::uuid[], ${column((fact) => fact.ended_at)}::timestamptz[],
        ${column((fact) => fact.began_at)}::timestamptz[], ${column((fact) => fact.model_id)}::uuid[],
        ${column((fact) => fact.release_id)}::uuid[], ${column((fact) => fact.creator_id)}::uuid[],
        ${column((fact) => fact.payer_id)}::uuid[], ${column((fact) => fact.slot_id)}::uuid[],
        ${column((fact) => fact.price_micros)}::int8[], ${column((fact) => fact.promo_micros)}::int8[],
        ${column((fact) => fact.paid_micros)}::int8[], ${column((fact) => fact.queue_ms)}::int8[],
        ${column((fact) => fact.run_ms)}::int8[], ${column((fact) => fact.total_ms)}::int8[],
        ${column((fact) => fact.related)}::boolean[], ${column((fact) => fact.follower)}::boolean[],
        ${column((fact) => fact.outcome)}::text[], ${column((fact) => fact.reason)}::text[],
        ${column((fact) => fact.via)}::text[], ${column((fact) => fact.source)}::text[],
        ${column((fact) => fact.region)}::text[], ${column((fact) => fact.modality)}::text[],
        ${column((fact) => quoted(fact.settings))}::text[], ${parts.ids}::text[], ${parts.roles}::text[],
        ${parts.paid}::text[], ${parts.promo}::text[])
        as c(generation_id, ended_at, began_at, model_id, release_id, creator_id, payer_id, slot_id, price_micros, promo_micros,
          paid_micros, queue_ms, run_ms, total_ms, related, follower, outcome, reason, via, source, region, modality, settings,
          earner_ids, earner_roles, earned_paid, earned_promo)
      on conflict do nothing`;
}

/** The same for what became of them later; `facts` has those that they are of. Each is written once. */
export async function addCorrections(
  tx: Tx,
  corrections: readonly Correction[],
  facts: readonly Fact[],
): Promise<number> {
  if (corrections.length === 0) return 0;
  const { fold } = await takeFold(tx, corrections.length);
  const known = new Map(facts.map((fact) => [fact.generation_id, fact]));
  const column = <T>(read: (correction: Correction, fact: Fact | undefined) => T) =>
    corrections.map((one) =>
      read(one, one.generation_id === null ? undefined : known.get(one.generation_id)),
    );
  assert(
    corrections.every(({ generation_id }) => generation_id === null || known.has(generation_id)),
    'what is corrected is known',
  );
  const parts = columnsOfParts(column((correction) => correction.parts));
  const { numAffectedRows } = await sql`
    insert into analytics.correction (id, at, fold, kind, generation_id, model_id, release_id, creator_id, source,
      promo_micros, paid_micros, earner_ids, earner_roles, earned_paid_micros, earned_promo_micros)
    select id, at, ${fold}::int8, kind, generation_id, model_id, release_id, creator_id, source,
      promo_micros, paid_micros, earner_ids::uuid[], earner_roles::text[], earned_paid::int8[], earned_promo::int8[]
    from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ at }) => at)}::timestamptz[], ${column(({ kind }) => kind)}::text[],
      ${column(({ generation_id }) => generation_id)}::uuid[], ${column((_, fact) => fact?.model_id ?? NOBODY)}::uuid[],
      ${column((_, fact) => fact?.release_id ?? NOBODY)}::uuid[], ${column((_, fact) => fact?.creator_id ?? NOBODY)}::uuid[],
      ${column((_, fact) => fact?.source ?? 'direct')}::text[],
      ${column(({ promo_micros }) => promo_micros)}::int8[], ${column(({ paid_micros }) => paid_micros)}::int8[],
      ${parts.ids}::text[], ${parts.roles}::text[], ${parts.paid}::text[], ${parts.promo}::text[])
      as c(id, at, kind, generation_id, model_id, release_id, creator_id, source, promo_micros, paid_micros,
        earner_ids, earner_roles, earned_paid, earned_promo)
    on conflict do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** How far the books were looked through for what is missing; null: from their beginning. */
export async function derivedAfter(db: Db): Promise<string | null> {
  const { rows } = await sql<{ derived_after: string | null }>`
    select derived_after from analytics.state`.execute(db);
  return rows[0]?.derived_after ?? null;
}

export async function noteDerived(tx: Tx, after: string | null): Promise<void> {
  await sql`update analytics.state set derived_after = ${after}::uuid`.execute(tx);
}

/** Lists within columns travel as text: PostgreSQL takes a list of lists only where all are of one length. */
function columnsOfParts(all: readonly (readonly Part[])[]) {
  const column = (read: (part: Part) => unknown) => all.map((parts) => `{${parts.map(read).join(',')}}`);
  return {
    ids: column(({ person_id }) => person_id),
    roles: column(({ role }) => role),
    paid: column(({ paid_micros }) => paid_micros),
    promo: column(({ promo_micros }) => promo_micros),
  };
}

const quoted = (words: readonly string[]) =>
  `{${words.map((word) => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;

/** The job makes them ahead; whatever comes without a place is given one, so that it never waits or lies elsewhere. */
export async function makeMonths(db: Db, instants: readonly Date[]): Promise<void> {
  const months = new Set(instants.map((at) => startOfMonth(at).toISOString()));
  for (const month of months) await sql`select analytics.make_month(${month}::timestamptz)`.execute(db);
}
