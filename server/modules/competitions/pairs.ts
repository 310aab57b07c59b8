import { assign, control, controlPlaces, GIVEN_MAX, QUOTA } from '@stellary/judging';
import { sql } from 'kysely';
import type { BallotChoice, VotingPhase } from '#api/competitions/voting-shapes.ts';
import { type AccountId, asId, type CategoryId, type EntryId, type PairId, type RoundId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { pairLooksMs } from './voter-rules.ts';
import type { Contest, Showing } from './voting.ts';

/** A pair that a voter was given, and what they chose; null: nothing yet. */
export type Given = {
  id: PairId;
  person_id: AccountId;
  k: number;
  cast_before: number;
  slot: number;
  draw: number;
  left_entry: EntryId;
  right_entry: EntryId;
  damaged: 'left' | 'right' | null;
  looks_ms: number;
  issued_at: Date;
  expires_at: Date;
  choice: BallotChoice | null;
};

export type Sides = Pick<Given, 'left_entry' | 'right_entry' | 'damaged'>;

const LIFE_MS = 10 * 60_000;

export const isCast = (choice: BallotChoice | null): boolean =>
  choice === 'left' || choice === 'right' || choice === 'equal';

/** In how many of the pairs up to their last a voter has chosen. */
const castOf = (last: Given | null): number => (last ? last.cast_before + Number(isCast(last.choice)) : 0);

export const isOpen = ({ choice, expires_at }: Given, at: Date): boolean =>
  choice === null && at < expires_at;

/** What is voted on, as a voter is given pairs of it: what is `gone` is in the list that is drawn from and never shown. */
export type Field = { ids: string[]; by_id: ReadonlyMap<string, Showing> };

export const fieldOf = (showings: readonly Showing[]): Field => ({
  ids: showings.map(({ entry_id }) => entry_id),
  by_id: new Map(showings.map((one) => [one.entry_id, one])),
});

type Asked = {
  contest: Contest & { phase: VotingPhase; ends_at: Date };
  field: Field;
  voter: { person_id: AccountId; pseudonym: string; kept_from: readonly string[] };
  /** in the order of `k`: what they were shown, and the last of it whole */
  given: readonly Sides[];
  last: Given | null;
  /** the next of the schedule */
  slot: number;
  at: Date;
};

export type Next = { open: Given } | { fresh: Omit<Given, 'id' | 'choice'> } | 'spent' | 'none';

/**
 * The pair that a voter is to compare now: the one they have not answered, or the next of the schedule. Depends on what
 * is published in the end, on whom the voter is kept from, and on nothing that anybody chose.
 */
export function nextPair({ contest, field, voter, given, last, slot, at }: Asked): Next {
  if (last && isOpen(last, at)) return { open: last };
  const cast_before = castOf(last);
  const { phase } = contest;
  const k = given.length;
  if (cast_before >= QUOTA[phase] || k >= GIVEN_MAX[phase]) return 'spent';
  const drawn = draw({ contest, field, voter, given, slot }, k);
  if (!drawn) return 'none';
  const looks = (id: string) => field.by_id.get(id)?.looks_ms ?? 0;
  const expires_at = new Date(Math.min(at.getTime() + LIFE_MS, contest.ends_at.getTime()));
  const looks_ms = pairLooksMs(contest.kind, looks(drawn.left_entry), looks(drawn.right_entry));
  return {
    fresh: { ...drawn, person_id: voter.person_id, k, cast_before, looks_ms, issued_at: at, expires_at },
  };
}

type Drawn = Pick<Given, 'slot' | 'draw' | 'left_entry' | 'right_entry' | 'damaged'>;

function draw({ contest, field, voter, given, slot }: Omit<Asked, 'at' | 'last'>, k: number): Drawn | null {
  const scope = scopeOf(contest, contest.phase);
  const { pseudonym, kept_from } = voter;
  const hidden = (id: string) => kept_from.includes(id) || field.by_id.get(id)?.gone !== false;
  if (controlPlaces(scope, pseudonym).includes(k)) {
    const seen = new Set(given.flatMap(({ damaged, left_entry }) => (damaged ? [left_entry] : [])));
    const unfit = (id: string) => hidden(id) || seen.has(asId(id)) || !field.by_id.get(id)?.damaged;
    const found = control(scope, field.ids, { voter: pseudonym, k }, unfit);
    // where no copy could be made it is a pair like the others
    if (found) {
      const entry = asId<EntryId>(found.entry);
      return { slot: -1, draw: -1, left_entry: entry, right_entry: entry, damaged: found.damaged };
    }
  }
  const seen = new Set(given.map(({ left_entry, right_entry }) => pairKey(left_entry, right_entry)));
  const rejects = (one: string, other: string) =>
    hidden(one) || hidden(other) || seen.has(pairKey(one, other));
  const found = assign(scope, field.ids, { voter: pseudonym, k, slot }, rejects);
  if (!found) return null;
  const [left_entry, right_entry] = [asId<EntryId>(found.left), asId<EntryId>(found.right)];
  return { slot, draw: found.draw, left_entry, right_entry, damaged: null };
}

const pairKey = (one: string, other: string) => (one < other ? `${one} ${other}` : `${other} ${one}`);

/** What a count calls the competition, and what its lots are drawn by. */
export const scopeOf = (
  { seed, round_id, kind }: { seed: string; round_id: RoundId; kind: string },
  phase: VotingPhase,
) => ({ seed, competition: round_id, category: kind, phase });

/** Keeps the counter of a phase until the transaction ends; null where nobody votes in it now. */
export async function takeCounter(
  tx: Tx,
  category_id: CategoryId,
  phase: VotingPhase,
): Promise<number | null> {
  const { rows } = await sql<{ slots: number }>`
    select v.slots from competitions.voting v
    join competitions.category c on c.id = v.category_id join competitions.round r on r.id = c.round_id
    where v.category_id = ${category_id} and v.phase = ${phase} and v.closed_at is null
      and r.state = ${phase === 'qualifying' ? 'qualifying' : 'final_round'} for update of v`.execute(tx);
  return rows[0]?.slots ?? null;
}

export async function givenTo(
  db: Db,
  category_id: CategoryId,
  phase: VotingPhase,
  people: readonly AccountId[],
): Promise<Map<AccountId, Given[]>> {
  const { rows } = await sql<Given>`
    select a.id, a.person_id, a.k, a.cast_before, a.slot, a.draw, a.left_entry, a.right_entry, a.damaged, a.looks_ms,
      a.issued_at, a.expires_at, b.choice
    from unnest(${[...people]}::uuid[]) p(id)
    join competitions.assignment a on a.category_id = ${category_id} and a.phase = ${phase} and a.person_id = p.id
    left join competitions.ballot b on b.assignment_id = a.id
    order by a.person_id, a.k`.execute(db);
  return Map.groupBy(rows, ({ person_id }) => person_id);
}

export type Turn = {
  voter: { person_id: AccountId; pseudonym: string; kept_from: string[] };
  given: Sides[];
  last: Given | null;
};

/**
 * Where voters are: what they were shown so far, and the last of it with what they chose, in one look. What they chose
 * before does not matter for the next, and a voter of thirty pairs would cost four times as much with it. Who is not
 * enrolled is not in the answer.
 */
export async function turnsOf(
  db: Db,
  category_id: CategoryId,
  phase: VotingPhase,
  people: readonly AccountId[],
): Promise<Map<AccountId, Turn>> {
  const { rows } = await sql<Turn['voter'] & { shown: string | null; is_given: boolean } & Given>`
    select v.person_id, v.pseudonym, v.kept_from, s.shown, a.id is not null as is_given,
      a.id, a.k, a.cast_before, a.slot, a.draw, a.left_entry, a.right_entry, a.damaged, a.looks_ms,
      a.issued_at, a.expires_at, a.choice
    from unnest(${[...new Set(people)]}::uuid[]) p(id)
    join competitions.voter v on v.category_id = ${category_id} and v.person_id = p.id
    left join lateral (
      select string_agg(concat_ws(' ', x.left_entry, x.right_entry, x.damaged), ',' order by x.k) as shown
      from competitions.assignment x
      where x.category_id = ${category_id} and x.phase = ${phase} and x.person_id = v.person_id) s on true
    left join lateral (
      select x.*, b.choice from competitions.assignment x
      left join competitions.ballot b on b.assignment_id = x.id
      where x.category_id = ${category_id} and x.phase = ${phase} and x.person_id = v.person_id
      order by x.k desc limit 1) a on true`.execute(db);
  return new Map(
    rows.map(({ pseudonym, kept_from, shown, is_given, ...last }) => [
      last.person_id,
      {
        voter: { person_id: last.person_id, pseudonym, kept_from },
        given: shown === null ? [] : shown.split(',').map(sidesIn),
        last: is_given ? last : null,
      },
    ]),
  );
}

function sidesIn(shown: string): Sides {
  const [left = '', right = '', damaged] = shown.split(' ');
  return {
    left_entry: asId(left),
    right_entry: asId(right),
    damaged: damaged === 'left' || damaged === 'right' ? damaged : null,
  };
}

/** Writes pairs down and how far the schedule is by them, as one: a number and its pair are never apart. */
export async function insertPairs(
  tx: Tx,
  { category_id, phase, slots }: { category_id: CategoryId; phase: VotingPhase; slots: number },
  pairs: readonly Given[],
): Promise<void> {
  const rows = JSON.stringify(pairs.map(({ choice: _, ...pair }) => ({ ...pair, category_id, phase })));
  await sql`
    with given as (
      insert into competitions.assignment
      select * from jsonb_populate_recordset(null::competitions.assignment, ${rows}::jsonb))
    update competitions.voting set slots = ${slots}
    where category_id = ${category_id} and phase = ${phase}`.execute(tx);
}

/** Pairs that nobody answered in time are skipped, of those that lapsed `after`. Answers how many there were, some at a time. */
export async function skipLapsed(
  tx: Tx,
  {
    category_id,
    phase,
    after,
    before,
    limit,
  }: {
    category_id: CategoryId;
    phase: VotingPhase;
    after: Date;
    before: Date;
    limit: number;
  },
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into competitions.ballot (assignment_id, category_id, phase, choice, dwell_ms, at)
    select a.id, a.category_id, a.phase, 'skip', extract(epoch from a.expires_at - a.issued_at) * 1000, a.expires_at
    from competitions.assignment a
    where a.category_id = ${category_id} and a.phase = ${phase}
      and a.expires_at > ${after} and a.expires_at <= ${before}
      and not exists (select from competitions.ballot b where b.assignment_id = a.id)
    order by a.expires_at, a.id limit ${limit}
    on conflict do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
