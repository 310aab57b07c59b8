import { sql } from 'kysely';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { PLANNED_EACH_TIME } from '../../kit/prepared.ts';
import type { Gained } from './gains.ts';
import type { LineRole } from './store.ts';

/** Whose a part of a generation is, beside somebody's own: everybody who was paid for it, as its receipt says. */
export type SharedWith = Omit<Gained, 'step' | 'model_id' | 'role'> & {
  /** Who else was paid for the same generations, in the order of their ids; nobody: they were somebody's alone. */
  with_ids: AccountId[];
  /** null: what of it is theirs who asked. */
  other: { person_id: AccountId; role: LineRole } | null;
};

type Asked = { person_id: AccountId; model_ids: readonly ModelId[]; from: Date; to: Date };

/**
 * What somebody's receipts of some time say, and what corrected them, by those who were paid for the same generations;
 * and what these got of them and gave back again, at the same instants. It comes to what `gainedBy` says of these models.
 */
export async function gainedWith(db: Db, { person_id, model_ids, from, to }: Asked): Promise<SharedWith[]> {
  const ofModels = (alias: string) => sql`${sql.ref(`${alias}.model_id`)} = any(${[...model_ids]}::uuid[])`;
  const { rows } = await sql<
    Omit<SharedWith, 'other'> & { other_id: AccountId | null; other_role: LineRole | null }
  >`${sql.raw(PLANNED_EACH_TIME)}
    with earned as (
      -- who was paid for a generation stands in its lines, which lie together: they are read once and in that order
      select l.generation_id, l.person_id, l.role, l.pending_micros as paid, l.vesting_micros as promo,
             array_agg(l.person_id) over (
               together rows between unbounded preceding and unbounded following) as team,
             lag(l.person_id) over together is distinct from l.person_id as is_first
      from earnings.line l
      where l.generation_id in (
          select m.generation_id from earnings.line m
          where m.person_id = ${person_id} and m.settled_at >= ${from} and m.settled_at < ${to} and m.role <> 'claimant'
            and ${ofModels('m')}) and l.role <> 'claimant'
      window together as (partition by l.generation_id order by l.person_id, l.role)),
    corrected as materialized (
      select x.generation_id, x.person_id, x.role, 'reversed' as what, x.pending_micros as paid, x.vesting_micros as promo
      from earnings.reversal r join earnings.reversal_line x on x.reversal_id = r.id
      where r.at >= ${from} and r.at < ${to} and exists (
        select from earnings.line m where m.generation_id = x.generation_id and m.person_id = ${person_id} and ${ofModels('m')}
          -- who has a claim gets what was taken from another, and sees of that one nothing
          and (m.role <> 'claimant' or x.person_id = ${person_id}))
      union all
      select l.generation_id, l.person_id, l.role, 'claimed', l.pending_micros, l.vesting_micros
      from earnings.line l join earnings.reversal r on r.generation_id = l.generation_id and r.cause = 'claim'
      where l.person_id = ${person_id} and l.role = 'claimant' and r.at >= ${from} and r.at < ${to} and ${ofModels('l')}),
    teams as materialized (
      select generation_id, array(
        select o.person_id from earnings.line o where o.generation_id = g.generation_id and o.role <> 'claimant' order by o.person_id) as team
      from (select distinct generation_id from corrected) g),
    told as (
      select team, 'earned' as what, person_id, role, sum(paid) as paid, sum(promo) as promo,
             count(*) filter (where is_first or person_id <> ${person_id}) as generations
      from earned group by team, person_id, role
      union all
      select t.team, c.what, c.person_id, c.role, sum(c.paid), sum(c.promo), count(distinct c.generation_id)
      from corrected c join teams t using (generation_id) group by 1, 2, 3, 4)
    select array(select distinct o from unnest(team) o where o <> ${person_id} order by o) as with_ids, what,
           sum(paid)::int8 as paid_micros, sum(promo)::int8 as promo_micros, sum(generations)::int8 as generations,
           nullif(person_id, ${person_id}) as other_id, case when person_id <> ${person_id} then role end as other_role
    from told group by 1, 2, 6, 7`.execute(db);
  return rows.map(({ other_id, other_role, ...row }) => ({
    ...row,
    other: other_id && other_role ? { person_id: other_id, role: other_role } : null,
  }));
}
