import { sql } from 'kysely';
import type { AccountId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** What is not decided yet of what somebody earned, paid or claims. */
export async function openMattersOf(
  db: Db,
  person_id: AccountId,
): Promise<{ cases: number; claims: number }> {
  const { rows } = await sql<{ cases: number; claims: number }>`
    select (select count(*)::int4 from earnings.case c
        where not exists (select from earnings.resolution z where z.case_id = c.id) and (
          exists (select from earnings.case_line l where l.case_id = c.id and l.person_id = ${person_id})
          or c.purchase_id in (select id from earnings.purchase where buyer_id = ${person_id}))) as cases,
      (select count(*)::int4 from earnings.claim
        where state in ('filed', 'admitted', 'heard', 'awaiting_signature')
          and ${person_id} in (claimant_id, respondent_id)) as claims`.execute(db);
  return rows[0] ?? { cases: 0, claims: 0 };
}

/** In how many models of others somebody shares by the newest split of each. */
export async function sharesOf(db: Db, person_id: AccountId): Promise<number> {
  const { rows } = await sql<{ shares: number }>`
    select count(*)::int4 as shares from earnings.split s
    where s.parts @> jsonb_build_array(jsonb_build_object('person_id', ${person_id}::text, 'role', 'collaborator'))
      and s.version = (select max(n.version) from earnings.split n where n.model_id = s.model_id)`.execute(
    db,
  );
  return rows[0]?.shares ?? 0;
}
