import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../../kit/database.ts';
import { startOfMonth } from '../../kit/clock.ts';
import { added, SUMS, sumColumns, sumsOfCorrections, sumsOfFacts } from './columns.ts';
import { type Correction, type Fact, NOBODY, type Part } from './fact.ts';

/**
 * Writes facts under the fold that is open and adds them to their minutes, in one statement: a fact that is there
 * already is counted for nothing. Answers how many are new. Whoever closes the fold waits until `tx` has ended.
 */
export async function addFacts(tx: Tx, facts: readonly Fact[]): Promise<number> {
  if (facts.length === 0) return 0;
  await makeMonths(
    tx,
    facts.map(({ ended_at }) => ended_at),
  );
  const { rows } = await sql<{ n: bigint }>`
    with new as (
      ${insertionOf(facts, 'analytics.fact')}
      returning fold, ended_at, creator_id, model_id, release_id, outcome, related, promo_micros, paid_micros, queue_ms, run_ms),
    counted as (
      insert into analytics.usage_minute as u (creator_id, model_id, at, release_id, fold, ${sumColumns})
      select creator_id, any_value(model_id), at, release_id, any_value(fold), ${sumsOfFacts}
      from (select *, date_bin('1 minute', ended_at, '2000-01-01Z') as at from new) n group by creator_id, at, release_id order by 1, 3, 4
      on conflict (creator_id, at, model_id, release_id, fold) do update set ${added('u', SUMS)})
    select count(*) as n from new`.execute(tx);
  return Number(rows[0]?.n ?? 0n);
}

/** Facts as rows of a table that has the columns of theirs. */
export function insertionOf(facts: readonly Fact[], table: string): RawBuilder<unknown> {
  const column = <T>(read: (fact: Fact) => T) => facts.map(read);
  const parts = columnsOfParts(column(({ earned }) => earned));
  return sql`
      insert into ${sql.table(table)} (generation_id, ended_at, fold, began_at, model_id, release_id, creator_id, payer_id,
        slot_id, price_micros, promo_micros, paid_micros, queue_ms, run_ms, total_ms, related, follower, outcome, reason,
        via, source, region, modality, settings, earner_ids, earner_roles, earned_paid_micros, earned_promo_micros)
      select generation_id, ended_at, open.fold, began_at, model_id, release_id, creator_id, payer_id,
        slot_id, price_micros, promo_micros, paid_micros, queue_ms, run_ms, total_ms, related, follower, outcome, reason,
        via, source, region, modality, settings::text[], earner_ids::uuid[], earner_roles::text[], earned_paid::int8[], earned_promo::int8[]
      from (select fold from analytics.state for share) open, unnest(
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

/** The same for what became of them later. Their facts are there, or are written just before. Each is written once. */
export async function addCorrections(tx: Tx, corrections: readonly Correction[]): Promise<number> {
  if (corrections.length === 0) return 0;
  const column = <T>(read: (correction: Correction) => T) => corrections.map(read);
  const parts = columnsOfParts(column((correction) => correction.parts));
  const { rows } = await sql<{ n: bigint }>`
    with open as materialized (select fold from analytics.state for share),
    new as (
      insert into analytics.correction (id, at, fold, kind, generation_id, model_id, release_id, creator_id, source,
        promo_micros, paid_micros, earner_ids, earner_roles, earned_paid_micros, earned_promo_micros)
      select c.id, c.at, open.fold, c.kind, c.generation_id, coalesce(f.model_id, ${NOBODY}), coalesce(f.release_id, ${NOBODY}),
        coalesce(f.creator_id, ${NOBODY}), coalesce(f.source, 'direct'), c.promo_micros, c.paid_micros,
        c.earner_ids::uuid[], c.earner_roles::text[], c.earned_paid::int8[], c.earned_promo::int8[]
      from open, unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ at }) => at)}::timestamptz[], ${column(({ kind }) => kind)}::text[],
        ${column(({ generation_id }) => generation_id)}::uuid[], ${column(({ promo_micros }) => promo_micros)}::int8[],
        ${column(({ paid_micros }) => paid_micros)}::int8[], ${parts.ids}::text[], ${parts.roles}::text[],
        ${parts.paid}::text[], ${parts.promo}::text[])
        as c(id, at, kind, generation_id, promo_micros, paid_micros, earner_ids, earner_roles, earned_paid, earned_promo)
      left join analytics.fact f on f.generation_id = c.generation_id
      where c.generation_id is null or f.generation_id is not null
      on conflict do nothing
      returning fold, at, creator_id, model_id, release_id, kind, generation_id, promo_micros, paid_micros),
    counted as (
      insert into analytics.usage_minute as u (creator_id, model_id, at, release_id, fold, ${sumColumns})
      select creator_id, model_id, date_bin('1 minute', at, '2000-01-01Z'), release_id, fold, ${sumsOfCorrections} from new
      where generation_id is not null group by 1, 2, 3, 4, 5 order by 1, 3, 2, 4
      on conflict (creator_id, at, model_id, release_id, fold) do update set ${added('u', SUMS)})
    select count(*) as n from new`.execute(tx);
  return Number(rows[0]?.n ?? 0n);
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
