import { asId, type DeprecationId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { deprecationMachine } from './deprecation-machine.ts';

export type Deprecation = { reason: string; announced_at: Date; ends_at: Date; ended: boolean };
type NewDeprecation = {
  id: DeprecationId;
  release_id: ReleaseId;
  reason: string;
  announced_at: Date;
  ends_at: Date;
};

export async function announceEnd(tx: Tx, deprecation: NewDeprecation, by: Actor): Promise<void> {
  await tx
    .insertInto('registry.deprecation')
    .values({ ...deprecation, state: deprecationMachine.begins })
    .execute();
  const { id, announced_at, release_id, ends_at } = deprecation;
  const detail = { release_id, ends_at: ends_at.toISOString() };
  await begin(tx, deprecationMachine, { id, by, at: announced_at, detail });
}

export const moveDeprecation = (
  tx: Tx,
  act: keyof typeof deprecationMachine.acts,
  step: { id: DeprecationId; by: Actor; at: Date },
): Promise<number> => takeStep(tx, deprecationMachine, act, step);

/** What was announced of each of these releases and not taken back. */
export async function deprecationsOf(
  db: Db,
  release_ids: readonly string[],
): Promise<Map<string, Deprecation & { id: DeprecationId }>> {
  if (release_ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('registry.deprecation')
    .selectAll()
    .where('release_id', 'in', [...release_ids])
    .where('state', '<>', 'taken_back')
    .execute();
  return new Map(
    rows.map(({ id, release_id, state, ...row }) => [
      release_id,
      { ...row, id: asId<DeprecationId>(id), ended: state === 'ended' },
    ]),
  );
}

export async function deprecationsDue(db: Db, at: Date, limit: number): Promise<DeprecationId[]> {
  const rows = await db
    .selectFrom('registry.deprecation')
    .select('id')
    .where('state', '=', 'announced')
    .where('ends_at', '<=', at)
    .orderBy('ends_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => asId<DeprecationId>(id));
}

/** The models whose releases these announcements are about. */
export async function modelsOfDeprecations(db: Db, ids: readonly DeprecationId[]): Promise<ModelId[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('registry.deprecation as d')
    .innerJoin('registry.release as r', 'r.id', 'd.release_id')
    .select('r.model_id')
    .distinct()
    .where('d.id', 'in', [...ids])
    .execute();
  return rows.map(({ model_id }) => asId<ModelId>(model_id));
}
