import { sql } from 'kysely';
import type { VotingPhase } from '#api/competitions/voting-shapes.ts';
import { asId, type CategoryId, type EntryId, type RoundId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { type Medium, phaseOfState } from './voter-rules.ts';

/** A category in which members vote, with what of its round decides about that. */
export type Contest = {
  round_id: RoundId;
  category_id: CategoryId;
  kind: Medium;
  state: string;
  /** in which members vote now */
  phase: VotingPhase | null;
  /** the same, also while the round stands still in it */
  standing_in: VotingPhase | null;
  /** when that phase is over */
  ends_at: Date | null;
  ends: Record<VotingPhase, Date>;
  announced_at: Date;
  opens_at: Date;
  /** hex; known here before it is told */
  seed: string;
};

type Row = {
  round_id: string;
  category_id: string;
  kind: Medium;
  state: string;
  came_from: string | null;
  announced_at: Date;
  opens_at: Date;
  final_at: Date;
  tally_at: Date;
  seed: Buffer;
};

const CONTEST = sql`
  select r.id as round_id, c.id as category_id, c.kind, r.state, r.came_from, r.announced_at, r.opens_at, r.final_at, r.tally_at, r.seed
  from competitions.round r join competitions.category c on c.round_id = r.id and c.kind <> 'models'
  where r.seed is not null and r.announced_at is not null`;

function read(row: Row): Contest {
  const { final_at, tally_at, seed, came_from, ...contest } = row;
  const phase = phaseOfState(row.state);
  return {
    ...contest,
    round_id: asId(row.round_id),
    category_id: asId(row.category_id),
    phase,
    standing_in: phaseOfState(came_from ?? row.state),
    ends: { qualifying: final_at, final: tally_at },
    ends_at: phase && (phase === 'final' ? tally_at : final_at),
    seed: seed.toString('hex'),
  };
}

/** Null: there is no such contest, or it was not announced. */
export async function contestAt(db: Db, slug: string, kind: Medium): Promise<Contest | null> {
  const { rows } = await sql<Row>`${CONTEST} and r.slug = ${slug} and c.kind = ${kind}`.execute(db);
  return rows[0] ? read(rows[0]) : null;
}

export async function contestOf(db: Db, category_id: CategoryId): Promise<Contest | null> {
  const { rows } = await sql<Row>`${CONTEST} and c.id = ${category_id}`.execute(db);
  return rows[0] ? read(rows[0]) : null;
}

/** Where members vote or voted and not everything is written down yet. */
export async function contestsToTend(db: Db): Promise<Contest[]> {
  const { rows } = await sql<Row>`${CONTEST} and (r.state in ('qualifying', 'final_round') or exists (
    select from competitions.voting v where v.category_id = c.id and v.closed_at is null)) order by c.id`.execute(
    db,
  );
  return rows.map(read);
}

export type Contender = { entry_id: EntryId; looks_ms: number };

/** Begins a phase with what is voted on in it; doing so again changes nothing. Answers whether it began now. */
export async function openPhase(
  tx: Tx,
  {
    category_id,
    phase,
    contenders,
    at,
  }: {
    category_id: CategoryId;
    phase: VotingPhase;
    contenders: readonly Contender[];
    at: Date;
  },
): Promise<boolean> {
  const begun = await tx
    .insertInto('competitions.voting')
    .values({ category_id, phase, opened_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('phase')
    .executeTakeFirst();
  if (!begun) return false;
  await insertAll(
    tx,
    'competitions.contender',
    contenders.map((one) => ({ ...one, category_id, phase })),
  );
  return true;
}

/** Something that is shown: the file of an entry, or the damaged copy of it. */
export type Shown = { digest: string; extension: string };
export type Showing = Contender & { file: Shown; damaged: Shown | null; gone: boolean };

/** What is voted on in a phase, in ascending order of the ids; what was taken down or disqualified since is not shown. */
export async function showingsOf(db: Db, category_id: CategoryId, phase: VotingPhase): Promise<Showing[]> {
  const { rows } = await sql<{
    entry_id: EntryId;
    looks_ms: number;
    digest: string;
    extension: string;
    copy_digest: string | null;
    copy_extension: string | null;
    gone: boolean;
  }>`
    select n.entry_id, n.looks_ms, e.show_digest as digest, e.show_extension as extension,
      d.digest as copy_digest, d.extension as copy_extension,
      e.removed_at is not null or not e.stands or e.state in ('disqualified', 'declined', 'unresponsive') as gone
    from competitions.contender n join competitions.entry e on e.id = n.entry_id
    left join competitions.damaged_copy d on d.entry_id = n.entry_id
    where n.category_id = ${category_id} and n.phase = ${phase} order by n.entry_id::text`.execute(db);
  return rows.map(({ entry_id, looks_ms, digest, extension, copy_digest, copy_extension, gone }) => ({
    ...{ entry_id, looks_ms, gone, file: { digest, extension } },
    damaged: copy_digest && copy_extension ? { digest: copy_digest, extension: copy_extension } : null,
  }));
}

/**
 * What is voted on in a phase: every eligible entry, or everybody in the final, in ascending order of the ids. What was
 * taken down or disqualified is among them: what pairs are drawn from is what the count is of.
 */
export async function votableEntries(
  db: Db,
  category_id: CategoryId,
  phase: VotingPhase,
): Promise<Votable[]> {
  const stands =
    phase === 'qualifying'
      ? sql`e.state = 'eligible'`
      : sql`exists (select from competitions.finalist f where f.entry_id = e.id and f.category_id = e.category_id)`;
  const { rows } = await sql<Votable>`
    select e.id, e.show_digest, e.show_duration_ms from competitions.entry e
    where e.category_id = ${category_id} and e.show_digest is not null and ${stands} order by e.id`.execute(
    db,
  );
  return rows;
}
type Votable = { id: EntryId; show_digest: string; show_duration_ms: number | null };

/** Entries voted on in qualifying that have no damaged copy, as far as there are fewer copies than wanted. */
export async function withoutCopy(
  db: Db,
  category_id: CategoryId,
  wanted: number,
  without: readonly string[],
): Promise<{ entry_id: EntryId; digest: string } | null> {
  const { rows } = await sql<{ entry_id: EntryId; digest: string }>`
    select n.entry_id, e.show_digest as digest
    from competitions.contender n join competitions.entry e on e.id = n.entry_id
    where n.category_id = ${category_id} and n.phase = 'qualifying' and e.removed_at is null
      and not n.entry_id = any(${[...without]}::uuid[])
      and not exists (select from competitions.damaged_copy d where d.entry_id = n.entry_id)
      and (select count(*) from competitions.damaged_copy d join competitions.contender m using (entry_id)
           where m.category_id = n.category_id and m.phase = 'qualifying') < ${wanted}
    order by md5(n.entry_id::text) limit 1`.execute(db);
  return rows[0] ?? null;
}

export async function putCopy(tx: Tx, entry_id: EntryId, copy: Shown, at: Date): Promise<void> {
  await tx
    .insertInto('competitions.damaged_copy')
    .values({ entry_id, ...copy, made_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A moderator takes an entry down, or lets it be shown again. It goes on to rank. */
export async function takeDownEntry(tx: Tx, id: EntryId, at: Date | null): Promise<void> {
  await tx.updateTable('competitions.entry').set({ removed_at: at }).where('id', '=', id).execute();
}

/** What entries are called, and the round that they stand in. */
export async function entryNames(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { title: string; slug: string }>> {
  const { rows } = await sql<{ id: string; title: string; slug: string }>`
    select e.id, e.title, r.slug from competitions.entry e join competitions.round r on r.id = e.round_id
    where e.id = any(${[...ids]}::uuid[])`.execute(db);
  return new Map(rows.map(({ id, ...name }) => [id, name]));
}
