import { sql } from 'kysely';
import { DAY_MS, dayOf, startOfDay } from '../kit/clock.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { gather, type Verification } from '../kit/findings.ts';
import * as analytics from '../modules/analytics/index.ts';

/** What must hold between the facts that figures are made of and the books, each as a query that finds the exceptions. */
const WITH_BOOKS: Record<string, string> = {
  'each generation that has ended is a fact, with what it was charged, and each fact is one': `
    select coalesce(g.id, f.generation_id)::text as where
    from (select * from generation.generation where IN_TIME(ended_at) and ended_at >= (select facts_from from analytics.state)) g
    full join (select * from analytics.fact where IN_TIME(ended_at)) f on f.generation_id = g.id
    where f.outcome is distinct from g.state or f.ended_at is distinct from g.ended_at or f.payer_id is distinct from g.payer_id
       or f.promo_micros + f.paid_micros <> coalesce(g.charged_micros, 0)
       or (g.state = 'succeeded' and f.promo_micros <> g.promo_micros)`,
  'what facts say that people earned of a generation is what its lines say': `
    with said as (
      select generation_id, p.person_id, p.role, sum(p.paid) as paid, sum(p.promo) as promo
      from analytics.fact cross join lateral unnest(earner_ids, earner_roles, earned_paid_micros, earned_promo_micros) p(person_id, role, paid, promo)
      where IN_TIME(ended_at) group by 1, 2, 3),
    lines as (
      select generation_id, person_id, role, pending_micros as paid, vesting_micros as promo from earnings.line
      where role <> 'claimant' and IN_TIME(settled_at) and settled_at >= (select facts_from from analytics.state))
    select coalesce(s.generation_id, l.generation_id)::text as where from said s full join lines l using (generation_id, person_id, role)
    where s.paid is distinct from l.paid or s.promo is distinct from l.promo`,
  'each reversal is a correction of as much, and each correction is one': `
    with taken as (
      select c.id, -sum(least(p.paid, 0)) as paid, -sum(least(p.promo, 0)) as promo
      from analytics.correction c left join lateral unnest(earned_paid_micros, earned_promo_micros) p(paid, promo) on true
      where kind not in ('vested', 'adjustment') and IN_TIME(at) group by 1),
    reversed as (
      select r.id, coalesce(sum(l.pending_micros), 0) as paid, coalesce(sum(l.vesting_micros), 0) as promo
      from earnings.reversal r left join earnings.reversal_line l on l.reversal_id = r.id where IN_TIME(r.at) group by 1)
    select coalesce(t.id, r.id)::text as where from taken t full join reversed r using (id)
    where coalesce(t.paid, 0) is distinct from r.paid or coalesce(t.promo, 0) is distinct from r.promo`,
  'corrections by hand are those that were approved': `
    select coalesce(c.id, p.adjustment_id)::text as where
    from (select id from analytics.correction where kind = 'adjustment' and IN_TIME(at)) c
    full join (select adjustment_id from earnings.adjustment_approval where IN_TIME(approved_at)) p on p.adjustment_id = c.id
    where c.id is null or p.adjustment_id is null`,
};

const SHOWN_MAX = 20;

/** Where facts and books differ in [from, to). What counting has not come to yet is not asked for. */
export async function differencesWithBooks(
  db: Db,
  { from, to }: { from: Date; to: Date },
): Promise<analytics.Difference[]> {
  const { as_of } = await analytics.markOf(db, to);
  const until = as_of < to ? as_of : to;
  const found: analytics.Difference[] = [];
  for (const [what, query] of Object.entries(WITH_BOOKS)) {
    const text = query.replaceAll(
      /IN_TIME\(([a-z_.]+)\)/g,
      `$1 >= '${from.toISOString()}' and $1 < '${until.toISOString()}'`,
    );
    const { rows } = await sql<{ where: string }>`
      select * from (${sql.raw(text)}) x order by 1 limit ${sql.lit(SHOWN_MAX)}`.execute(db);
    found.push(...rows.map(({ where }) => ({ what, where })));
  }
  return found;
}

/** Everything that must hold of one UTC day: roll-ups as facts say, facts as the books say. */
export const differencesOn = (db: Db, day: Date): Promise<analytics.Difference[]> =>
  inOnePicture(db, async (tx) => {
    // so much is read at once that compiling it would take longer than doing it
    await sql`set local jit = off`.execute(tx);
    const from = startOfDay(day);
    const to = new Date(from.getTime() + DAY_MS);
    return [...(await analytics.differencesOn(tx, from)), ...(await differencesWithBooks(tx, { from, to }))];
  });

/** The same of all days, or of the last two. */
export async function verifyAnalytics(db: Db, fast: boolean, now: Date): Promise<Verification> {
  const { violations, find } = gather();
  const days = await analytics.daysCounted(db);
  for (const day of fast ? days.slice(-2) : days)
    for (const { what, where } of await analytics.differencesOn(db, day))
      find(what, `${dayOf(day)} ${where}`);
  const from = fast ? new Date(now.getTime() - 2 * DAY_MS) : new Date(0);
  for (const { what, where } of await differencesWithBooks(db, { from, to: now })) find(what, where);
  const { as_of, lag_ms } = await analytics.markOf(db, now);
  return {
    checked: [...Object.values(analytics.PROVED), ...Object.keys(WITH_BOOKS)],
    violations,
    notes: [
      `analytics: ${days.length} days${lag_ms > 0 ? `; what ended after ${as_of.toISOString()} is not counted yet` : ''}`,
    ],
  };
}
