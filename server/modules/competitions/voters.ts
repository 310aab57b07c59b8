import { sql } from 'kysely';
import { type AccountId, asId, type CategoryId, type EntryId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { clustersOf } from './voter-rules.ts';

export type Voter = {
  person_id: AccountId;
  pseudonym: string;
  class: 'established' | 'new';
  kept_from: EntryId[];
  links: string[];
  cluster: string | null;
  barred: string | null;
};

/** Somebody votes in a category from now on; who does already stays as they were. */
export async function enrol(
  tx: Tx,
  voter: Omit<Voter, 'cluster' | 'barred'> & { category_id: CategoryId; at: Date },
): Promise<void> {
  const { at, ...row } = voter;
  await tx
    .insertInto('competitions.voter')
    .values({ ...row, enrolled_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function votersAmong(
  db: Db,
  category_id: CategoryId,
  people: readonly AccountId[],
): Promise<Map<AccountId, Voter>> {
  const { rows } = await sql<Voter>`
    select person_id, pseudonym, class, kept_from, links, cluster, barred from competitions.voter
    where category_id = ${category_id} and person_id = any(${[...people]}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.person_id, row]));
}

/** Everybody who votes in a category, in ascending order of their pseudonyms. */
export async function votersOf(db: Db, category_id: CategoryId): Promise<Voter[]> {
  const { rows } = await sql<Voter>`
    select person_id, pseudonym, class, kept_from, links, cluster, barred from competitions.voter
    where category_id = ${category_id} order by pseudonym collate "C"`.execute(db);
  return rows;
}

/** Whose entries of a category these people stand in, asked or not; what was taken back does not count. */
export async function entriesBy(
  db: Db,
  category_id: CategoryId,
  people: readonly string[],
): Promise<{ entry_id: EntryId; person_id: AccountId }[]> {
  const { rows } = await sql<{ entry_id: EntryId; person_id: AccountId }>`
    select p.entry_id, p.person_id from competitions.entry_person p join competitions.entry e on e.id = p.entry_id
    where p.category_id = ${category_id} and p.person_id = any(${[...people]}::uuid[])
      and p.declined_at is null and e.stands`.execute(db);
  return rows;
}

/** Everybody who stands in an entry of a category, asked or not; what was taken back does not count. */
export async function authorsIn(
  db: Db,
  category_id: CategoryId,
): Promise<{ entry_id: EntryId; person_id: AccountId }[]> {
  const { rows } = await sql<{ entry_id: EntryId; person_id: AccountId }>`
    select p.entry_id, p.person_id from competitions.entry_person p join competitions.entry e on e.id = p.entry_id
    where p.category_id = ${category_id} and p.declined_at is null and e.stands order by p.person_id`.execute(
    db,
  );
  return rows;
}

/** Those voters of a category who chose in a pair with one of these entries. */
export async function choseAbout(
  db: Db,
  category_id: CategoryId,
  about: readonly { person_id: string; entry_id: string }[],
): Promise<AccountId[]> {
  const { rows } = await sql<{ person_id: AccountId }>`
    select distinct a.person_id
    from jsonb_to_recordset(${JSON.stringify(about)}::jsonb) as g(person_id uuid, entry_id uuid)
    join competitions.assignment a on a.category_id = ${category_id} and a.phase in ('qualifying', 'final')
      and a.person_id = g.person_id and g.entry_id in (a.left_entry, a.right_entry) and a.damaged is null
    join competitions.ballot b on b.assignment_id = a.id and b.choice in ('left', 'right', 'equal')`.execute(
    db,
  );
  return rows.map(({ person_id }) => person_id);
}

/** Those who judge in a category, or were asked to and have not said no. */
export async function judgesOf(db: Db, category_id: CategoryId): Promise<AccountId[]> {
  const { rows } = await sql<{ person_id: string }>`
    select person_id from competitions.judge
    where category_id = ${category_id} and state in ('invited', 'accepted', 'void')`.execute(db);
  return rows.map(({ person_id }) => asId<AccountId>(person_id));
}

/** What ties voters together as of now, beside what did before: nothing of it is taken away. */
export async function addLinks(
  tx: Tx,
  category_id: CategoryId,
  links: ReadonlyMap<AccountId, readonly string[]>,
): Promise<void> {
  const found = [...links].flatMap(([person_id, all]) => all.map((link) => ({ person_id, link })));
  await sql`
    update competitions.voter v set links = array(select distinct unnest(v.links || f.links) order by 1)
    from (select person_id, array_agg(link) as links
          from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as g(person_id uuid, link text) group by 1) f
    where v.category_id = ${category_id} and v.person_id = f.person_id and not v.links @> f.links`.execute(
    tx,
  );
}

/** Nothing of theirs counts from now on, with the reason that is published. Who is barred already stays so. */
export async function barVoters(
  tx: Tx,
  category_id: CategoryId,
  people: readonly string[],
  reason: 'ENTRANT' | 'JUDGE' | 'BANNED' | 'STAFF' | 'RELATED',
): Promise<void> {
  await sql`
    update competitions.voter set barred = ${reason}
    where category_id = ${category_id} and person_id = any(${[...people]}::uuid[]) and barred is null`.execute(
    tx,
  );
}

/** Names those who share one voice, before a phase is counted. */
export async function nameClusters(tx: Tx, category_id: CategoryId): Promise<void> {
  const names = [...clustersOf(await votersOf(tx, category_id))];
  await sql`
    update competitions.voter v set cluster = n.cluster
    from unnest(${names.map(([pseudonym]) => pseudonym)}::text[], ${names.map(([, name]) => name)}::text[]) n(pseudonym, cluster)
    where v.category_id = ${category_id} and v.pseudonym = n.pseudonym and v.cluster is null`.execute(tx);
}
