import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';

/** Below so many people nothing is said of a group: a figure about few is a figure about somebody. */
const PEOPLE_MIN = 5;

/** What became of all applications, counted; whoever withdrew before a decision counts as submitted. */
export async function applicationFunnel(db: Db) {
  const { rows } = await sql<{
    started: number;
    submitted: number;
    in_review: number;
    decided: number;
    accepted: number;
    median_days: number | null;
  }>`
    with decided as (
      select subject_id, min(at) as at, bool_or(act = 'accept') as accepted from kit.transition
      where machine = 'application' and act in ('accept', 'waitlist', 'reject', 'desk_reject') group by subject_id
    ), submitted as (
      select subject_id, min(at) as at from kit.transition
      where machine = 'application' and act = 'submit' group by subject_id
    )
    select count(*)::int as started, count(s.at)::int as submitted,
      count(*) filter (where a.state in ('screening', 'in_review', 'deliberation', 'awaiting_signature'))::int as in_review,
      count(d.at)::int as decided, count(*) filter (where d.accepted)::int as accepted,
      case when count(d.at) >= ${PEOPLE_MIN} then round((percentile_cont(0.5) within group
        (order by extract(epoch from d.at - s.at)) filter (where d.at is not null) / 86400)::numeric, 1)::float8
      end as median_days
    from program.application a left join submitted s on s.subject_id = a.id left join decided d on d.subject_id = a.id`.execute(
    db,
  );
  const { rows: by_modality } = await sql<{ modality: string; submitted: number; accepted: number }>`
    select a.modality, count(*)::int as submitted,
      count(*) filter (where exists (select from kit.transition t
        where t.machine = 'application' and t.subject_id = a.id and t.act = 'accept'))::int as accepted
    from program.application a where a.revision > 0 and a.modality is not null
    group by a.modality having count(distinct a.applicant_id) >= ${PEOPLE_MIN} order by 2 desc, 1`.execute(
    db,
  );
  const [all] = rows;
  if (!all) throw new Error('a count answers one row');
  return { ...all, by_modality };
}
