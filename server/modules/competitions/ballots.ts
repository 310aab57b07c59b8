import {
  type Ballot,
  ballotLeaf,
  type Ballots,
  fillBallot,
  roomForBallots,
  type Voter as CountedVoter,
} from '@stellary/judging';
import { sql } from 'kysely';
import type { BallotChoice, VotingPhase } from '#api/competitions/voting-shapes.ts';
import type { AccountId, CategoryId, EntryId, PairId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { BOUGH, joined, leafHash, pathOf, rootOver } from './ballot-tree.ts';
import { dwellBucket, hourOf } from './voter-rules.ts';
import { votersOf } from './voters.ts';

export type Cast = { id: PairId; person_id: AccountId; choice: BallotChoice; at: Date };

/**
 * Casts ballots, each once, as long as members vote in their phase and after both sides were looked at. Whoever ends the
 * phase waits for it. Answers which of them were cast.
 */
export async function insertBallots(tx: Tx, casts: readonly Cast[]): Promise<Set<PairId>> {
  const { rows } = await sql<{ assignment_id: PairId }>`
    insert into competitions.ballot (assignment_id, category_id, phase, choice, dwell_ms, at)
    select a.id, a.category_id, a.phase, g.choice, extract(epoch from g.at - a.issued_at) * 1000, g.at
    from jsonb_to_recordset(${JSON.stringify(casts)}::jsonb) as g(id uuid, person_id uuid, choice text, at timestamptz)
    join competitions.assignment a on a.id = g.id and a.person_id = g.person_id
    join competitions.category c on c.id = a.category_id
    join competitions.round r on r.id = c.round_id
    where g.at < a.expires_at
      and (g.choice in ('skip', 'report') or g.at >= a.issued_at + a.looks_ms * interval '1 millisecond')
      and (a.phase = 'qualifying' and r.state = 'qualifying' and g.at < r.final_at
        or a.phase = 'final' and r.state = 'final_round' and g.at < r.tally_at)
    for share of r
    on conflict do nothing returning assignment_id`.execute(tx);
  return new Set(rows.map(({ assignment_id }) => assignment_id));
}

/** Those of some pairs that were answered. */
export async function castAmong(db: Db, ids: readonly PairId[]): Promise<Set<PairId>> {
  const { rows } = await sql<{ assignment_id: PairId }>`
    select assignment_id from competitions.ballot where assignment_id = any(${[...ids]}::uuid[])`.execute(db);
  return new Set(rows.map(({ assignment_id }) => assignment_id));
}

/** The entry that a voter was shown on one side; null for a copy that was damaged on purpose. */
export async function entryShown(db: Db, id: PairId, side: 'left' | 'right'): Promise<EntryId | null> {
  const { rows } = await sql<{ entry_id: EntryId }>`
    select case when ${side} = 'left' then left_entry else right_entry end as entry_id
    from competitions.assignment where id = ${id} and damaged is distinct from ${side}`.execute(db);
  return rows[0]?.entry_id ?? null;
}

/** When somebody reported what they were shown instead of choosing, since an instant; the oldest first. */
export async function reportsCast(db: Db, person_id: AccountId, since: Date): Promise<Date[]> {
  const { rows } = await sql<{ at: Date }>`
    select b.at from competitions.voter v
    join competitions.assignment a on a.category_id = v.category_id and a.person_id = v.person_id
    join competitions.ballot b on b.assignment_id = a.id
    where v.person_id = ${person_id} and a.phase in ('qualifying', 'final') and b.choice = 'report' and b.at > ${since}
    order by b.at`.execute(db);
  return rows.map(({ at }) => at);
}

// what is published of them -----------------------------------------------------------------------------------

type Row = Omit<Ballot, 'dwell' | 'hour'> & { assignment_id: PairId; dwell_ms: number; at: Date };

const COLUMNS = sql`b.assignment_id, b.phase, v.pseudonym as voter, a.k, a.slot, a.draw, a.left_entry as left,
  a.right_entry as right, b.choice, a.damaged, b.dwell_ms, b.at`;
const JOINS = sql`join competitions.assignment a on a.id = b.assignment_id
  join competitions.voter v on v.category_id = a.category_id and v.person_id = a.person_id`;

/** A ballot as everybody sees it: nothing of it says whose it is, and when only to the hour. */
export const published = ({ assignment_id: _, dwell_ms, at, ...ballot }: Row): Ballot => ({
  ...ballot,
  dwell: dwellBucket(dwell_ms),
  hour: hourOf(at),
});

/**
 * Everything that a count takes of a category: who voted, and what they cast until the end of a phase, in the order in
 * which it was placed, with entries by their places among these. Some thousand are read at a time.
 */
export async function ballotsOf(
  db: Db,
  category_id: CategoryId,
  { entries, phase }: { entries: readonly { id: string }[]; phase: VotingPhase },
): Promise<{
  voters: CountedVoter[];
  ballots: Ballots;
  roots: { day: string; size: number; root: string }[];
}> {
  const voters = await votersOf(db, category_id);
  const places = {
    entry: new Map(entries.map(({ id }, place) => [id, place])),
    voter: new Map(voters.map(({ pseudonym }, place) => [pseudonym, place])),
  };
  const size = await sizeOf(db, category_id);
  const ballots = roomForBallots(size);
  let length = 0;
  for (let from = 0; from < size; from += READ_AT_ONCE) {
    const { rows } = await sql<Row>`
      select ${COLUMNS} from competitions.ballot_place p
      join competitions.ballot b on b.assignment_id = p.assignment_id ${JOINS}
      where p.category_id = ${category_id} and p.no >= ${from} and p.no < ${from + READ_AT_ONCE}
        and (${phase} = 'final' or b.phase = 'qualifying')
      order by p.no`.execute(db);
    for (const row of rows) fillBallot(ballots, length++, published(row), places);
  }
  return {
    voters: voters.map(({ pseudonym, class: kind, cluster, barred }) => ({
      ...{ id: pseudonym, class: kind, cluster, barred },
    })),
    ballots: { ...ballots, length },
    roots: (await rootsOf(db, [category_id])).map(({ day, size, root }) => ({ day, size, root })),
  };
}
const READ_AT_ONCE = 20_000;

/** Ballots in the order in which they were placed, each with what it is in the tree: some from a place on. */
export async function placedFrom(
  db: Db,
  category_id: CategoryId,
  from: number,
): Promise<{ no: number; leaf_hash: Buffer; ballot: Ballot }[]> {
  const { rows } = await sql<Row & { no: number; leaf_hash: Buffer }>`
    select ${COLUMNS}, p.no, p.leaf_hash from competitions.ballot_place p
    join competitions.ballot b on b.assignment_id = p.assignment_id ${JOINS}
    where p.category_id = ${category_id} and p.no >= ${from} order by p.no limit ${READ_AT_ONCE}`.execute(db);
  return rows.map(({ no, leaf_hash, ...row }) => ({ no, leaf_hash, ballot: published(row) }));
}

/** Ballots of a category that were cast, and how many of them have a place. */
export async function placedOf(db: Db, category_id: CategoryId): Promise<{ placed: number; last: number }> {
  const { rows } = await sql<{ placed: number; last: number }>`
    select count(*)::int4 as placed, coalesce(max(no), -1)::int4 as last
    from competitions.ballot_place where category_id = ${category_id}`.execute(db);
  return rows[0] ?? { placed: 0, last: -1 };
}

// their order, and the roots over it --------------------------------------------------------------------------

export type Closing = { category_id: CategoryId; phase: VotingPhase };

/** Nobody else writes down the order of a category until the transaction ends; false where a phase is closed. */
export async function mayPlace(tx: Tx, { category_id, phase }: Closing): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select closed_at is null as open from competitions.voting
    where category_id = ${category_id} and phase = ${phase} for no key update`.execute(tx);
  return rows[0]?.open ?? false;
}

/** So much later a ballot may become visible than it was cast. */
const LATE_MS = 3_600_000;

/**
 * Gives ballots that were cast before an instant their places, in the order in which they were cast, some at a time.
 * What becomes visible later than others that were cast after it comes after them. Answers how many there were.
 */
export async function placeBallots(
  tx: Tx,
  category_id: CategoryId,
  { before, limit }: { before: Date; limit: number },
): Promise<number> {
  const size = await sizeOf(tx, category_id);
  const { rows: last } = await sql<{ at: Date }>`
    select b.at from competitions.ballot_place p join competitions.ballot b on b.assignment_id = p.assignment_id
    where p.category_id = ${category_id} and p.no = ${size - 1}`.execute(tx);
  const from = new Date((last[0]?.at.getTime() ?? LATE_MS) - LATE_MS);
  const { rows } = await sql<Row>`
    select ${COLUMNS} from competitions.ballot b ${JOINS}
    where b.category_id = ${category_id} and b.at >= ${from} and b.at < ${before}
      and not exists (select from competitions.ballot_place p where p.assignment_id = b.assignment_id)
    order by b.at, b.assignment_id limit ${limit}`.execute(tx);
  const leaves = rows.map((row, place) => leafHash(ballotLeaf(size + place, published(row))));
  await sql`
    insert into competitions.ballot_place (category_id, no, assignment_id, leaf_hash)
    select ${category_id}, ${size} + n - 1, id, decode(leaf, 'hex')
    from unnest(${rows.map(({ assignment_id }) => assignment_id)}::uuid[], ${leaves.map((one) => one.toString('hex'))}::text[])
      with ordinality as placed(id, leaf, n)`.execute(tx);
  await growBoughs(tx, category_id, size + rows.length);
  return rows.length;
}

async function sizeOf(db: Db, category_id: CategoryId): Promise<number> {
  const { rows } = await sql<{ no: number | null }>`
    select max(no) as no from competitions.ballot_place where category_id = ${category_id}`.execute(db);
  return (rows[0]?.no ?? -1) + 1;
}

async function growBoughs(tx: Tx, category_id: CategoryId, size: number): Promise<void> {
  const { rows } = await sql<{ no: number | null }>`
    select max(no) as no from competitions.ballot_bough where category_id = ${category_id}`.execute(tx);
  for (let no = (rows[0]?.no ?? -1) + 1; (no + 1) * BOUGH <= size; no += 1) {
    const leaves = await leavesOf(tx, category_id, no * BOUGH, (no + 1) * BOUGH);
    await tx
      .insertInto('competitions.ballot_bough')
      .values({ category_id, no, hash: joined(leaves) })
      .execute();
  }
}

async function leavesOf(db: Db, category_id: CategoryId, from: number, to: number): Promise<Buffer[]> {
  const { rows } = await sql<{ leaf_hash: Buffer }>`
    select leaf_hash from competitions.ballot_place
    where category_id = ${category_id} and no >= ${from} and no < ${to} order by no`.execute(db);
  return rows.map(({ leaf_hash }) => leaf_hash);
}

async function boughsOf(db: Db, category_id: CategoryId, size: number): Promise<Buffer[]> {
  const { rows } = await sql<{ hash: Buffer }>`
    select hash from competitions.ballot_bough
    where category_id = ${category_id} and no < ${Math.floor(size / BOUGH)} order by no`.execute(db);
  return rows.map(({ hash }) => hash);
}

const restOf = (db: Db, category_id: CategoryId, size: number) =>
  leavesOf(db, category_id, Math.floor(size / BOUGH) * BOUGH, size);

/** Publishes the root over what has a place so far, and answers with it. */
export async function insertRoot(
  tx: Tx,
  { category_id, phase }: Closing,
  day: string,
  at: Date,
): Promise<{ size: number; root: string }> {
  const size = await sizeOf(tx, category_id);
  const root = rootOver(await boughsOf(tx, category_id, size), await restOf(tx, category_id, size));
  await tx
    .insertInto('competitions.ballot_root')
    .values({ category_id, phase, day, size, root, closed_at: at })
    .execute();
  return { size, root };
}

export async function closePhase(tx: Tx, { category_id, phase }: Closing, at: Date): Promise<void> {
  await tx
    .updateTable('competitions.voting')
    .set({ closed_at: at })
    .where('category_id', '=', category_id)
    .where('phase', '=', phase)
    .execute();
}

export type Root = Closing & { day: string; size: number; root: string; closed_at: Date };

/** What was published of these categories, the oldest first. */
export async function rootsOf(db: Db, category_ids: readonly CategoryId[]): Promise<Root[]> {
  const { rows } = await sql<Root>`
    select category_id, phase, day::text as day, size, root, closed_at from competitions.ballot_root
    where category_id = any(${[...category_ids]}::uuid[]) order by category_id, size, closed_at, day`.execute(
    db,
  );
  return rows;
}

/** The phases of a category that have begun, and since when. */
export async function phasesOf(
  db: Db,
  category_id: CategoryId,
): Promise<{ phase: VotingPhase; opened_at: Date; closed_at: Date | null }[]> {
  const { rows } = await sql<{ phase: VotingPhase; opened_at: Date; closed_at: Date | null }>`
    select phase, opened_at, closed_at from competitions.voting
    where category_id = ${category_id} order by opened_at, phase desc`.execute(db);
  return rows;
}

export type OwnBallot = {
  id: PairId;
  at: Date;
  no: number | null;
  leaf_hash: Buffer | null;
  ballot: Ballot;
};

/** Everything that one person cast in a category, the newest first. */
export async function ballotsBy(db: Db, category_id: CategoryId, person_id: AccountId): Promise<OwnBallot[]> {
  const { rows } = await sql<Row & { no: number | null; leaf_hash: Buffer | null }>`
    select ${COLUMNS}, p.no, p.leaf_hash
    from competitions.ballot b ${JOINS}
    left join competitions.ballot_place p on p.assignment_id = b.assignment_id
    where a.category_id = ${category_id} and a.person_id = ${person_id} order by b.at desc, b.assignment_id desc`.execute(
    db,
  );
  return rows.map(({ no, leaf_hash, ...row }) => ({
    ...{ id: row.assignment_id, at: row.at, no, leaf_hash, ballot: published(row) },
  }));
}

/** The way from each of these places to the root of the first `size` ballots. */
export async function pathsOf(
  db: Db,
  category_id: CategoryId,
  size: number,
  places: readonly number[],
): Promise<Map<number, { index: number; size: number; path: string[] }>> {
  const boughs = await boughsOf(db, category_id, size);
  const rest = await restOf(db, category_id, size);
  const paths = new Map<number, { index: number; size: number; path: string[] }>();
  for (const index of places) {
    const first = Math.floor(index / BOUGH) * BOUGH;
    const leaves = await leavesOf(db, category_id, first, Math.min(first + BOUGH, size));
    paths.set(index, pathOf({ index, size }, { leaves, boughs, rest }));
  }
  return paths;
}
