import { sql } from 'kysely';
import { RESULTS_OUT } from '#api/competitions/results-out.ts';
import { type AccountId, asId, type EntryId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** Where the parts of somebody in rounds stand, for whoever asks what would become of them. */
export async function partsIn(db: Db, person_id: AccountId) {
  const { rows } = await sql<{
    entries_open: number;
    entries_kept: number;
    awards_open: number;
    on_panels: number;
    cases_open: number;
  }>`
    select
      (select count(*)::int4 from competitions.entry e join competitions.round r on r.id = e.round_id
        where e.person_id = ${person_id} and e.stands and r.state = 'open') as entries_open,
      (select count(*)::int4 from competitions.entry e join competitions.round r on r.id = e.round_id
        where e.person_id = ${person_id} and e.stands and r.state <> 'open') as entries_kept,
      (select count(*)::int4 from competitions.award where person_id = ${person_id}
        and state in ('created', 'accepted')) as awards_open,
      (select count(*)::int4 from competitions.judge j join competitions.round r on r.id = j.round_id
        where j.person_id = ${person_id} and j.state in ('invited', 'accepted')
          and r.state in ('scheduled', 'open', 'locked', 'qualifying', 'final_round', 'tally', 'suspended')) as on_panels,
      (select count(*)::int4 from competitions.integrity_case c where c.state = 'open' and c.entry_id in (
        select entry_id from competitions.entry_person where person_id = ${person_id})) as cases_open`.execute(
    db,
  );
  const none = { entries_open: 0, entries_kept: 0, awards_open: 0, on_panels: 0, cases_open: 0 };
  return rows[0] ?? none;
}

/** Entries that whoever goes can still take back, and those of others that wait for their word. */
export async function entriesToEnd(
  db: Db,
  person_id: AccountId,
  at: Date,
): Promise<{ own: EntryId[]; named: EntryId[] }> {
  const { rows } = await sql<{ id: string; own: boolean }>`
    select e.id, e.person_id = ${person_id} as own from competitions.entry e
    join competitions.round r on r.id = e.round_id
    join competitions.entry_person p on p.entry_id = e.id and p.person_id = ${person_id}
    where case when e.person_id = ${person_id}
      then e.stands and r.state = 'open' and r.opens_at <= ${at} and ${at} < r.locks_at
      else p.accepted_at is null and p.declined_at is null and e.state in ('submitted', 'validating') end`.execute(
    db,
  );
  const of = (own: boolean) => rows.filter((row) => row.own === own).map(({ id }) => asId<EntryId>(id));
  return { own: of(true), named: of(false) };
}

/** Whether the files of somebody's entries are still being looked at. */
export async function isBeingValidated(db: Db, person_id: AccountId): Promise<boolean> {
  const { rows } = await sql`
    select from competitions.entry where person_id = ${person_id} and state in ('submitted', 'validating') limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Winning works of somebody who left keep title, digest and preview in their row, and are shown as removed. */
export async function unnameWinner(
  tx: Tx,
  { person_id, name, models }: { person_id: AccountId; name: string; models: readonly ModelId[] },
  at: Date,
): Promise<void> {
  await sql`select competitions.unname_winner(${person_id}, ${name}, ${[...models]}::uuid[])`.execute(tx);
  await sql`
    update competitions.entry e set removed_at = ${at} from competitions.round r
    where r.id = e.round_id and e.person_id = ${person_id} and e.asset_id is not null and e.removed_at is null
      and (r.state = any(${[...RESULTS_OUT]}::text[]) or r.state = 'cancelled')`.execute(tx);
}

/** Which of these files a round goes on needing. */
export async function filesAmong(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const asked = sql`any(${[...digests]}::text[])`;
  const { rows } = await sql<{ digest: string }>`
    select show_digest as digest from competitions.entry where show_digest = ${asked}
    union select thumb_digest from competitions.entry where thumb_digest = ${asked} and stands
    union select digest from competitions.damaged_copy where digest = ${asked}
    union select digest from competitions.tally_step where digest = ${asked}`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}
