import { sql } from 'kysely';
import { asId, type CategoryId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import type { VotingPhase } from '#api/competitions/voting-shapes.ts';

/** What was written down of votes and standings, for whoever checks that nobody made it anew. */

/** Every category in which somebody may have voted. */
export async function categoriesVotedOn(db: Db): Promise<CategoryId[]> {
  const { rows } = await sql<{ category_id: string }>`
    select distinct category_id from competitions.voting order by category_id`.execute(db);
  return rows.map(({ category_id }) => asId<CategoryId>(category_id));
}

export type Drawn = { category_id: CategoryId; phase: VotingPhase; shown: [string, string | null][] };

/** What the pairs of each phase were drawn from, as it lies there now: entries with the files that were shown. */
export async function drawnFrom(db: Db): Promise<Drawn[]> {
  const { rows } = await sql<{ category_id: string; phase: VotingPhase; shown: [string, string | null][] }>`
    select n.category_id, n.phase, jsonb_agg(jsonb_build_array(e.id, e.show_digest) order by e.id::text) as shown
    from competitions.contender n join competitions.entry e on e.id = n.entry_id
    group by n.category_id, n.phase order by n.category_id, n.phase`.execute(db);
  return rows.map((row) => ({ ...row, category_id: asId<CategoryId>(row.category_id) }));
}

/** The bundle of every version that was published. */
export async function bundlesPublished(
  db: Db,
): Promise<{ category_id: CategoryId; version: number; bundle_digest: string; bundle_file: string }[]> {
  const { rows } = await sql<{
    category_id: string;
    version: number;
    bundle_digest: string;
    bundle_file: string;
  }>`
    select category_id, version, bundle_digest, bundle_file from competitions.tally
    where published_at is not null order by category_id, version`.execute(db);
  return rows.map((row) => ({ ...row, category_id: asId<CategoryId>(row.category_id) }));
}
