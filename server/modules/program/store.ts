import { sql } from 'kysely';
import { type AccountId, type AgreementId, asId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { readStanding } from './membership.ts';

export type Agreement = {
  id: AgreementId;
  model_id: ModelId;
  creator_id: AccountId;
  terms_version: string;
  share_ppm: number;
  accepted_at: Date;
  in_force_from: Date;
  /** No other terms apply to this model before. */
  pinned_until?: Date | null;
  /** Somebody else has the model from now on: what was agreed before ends, whether it held already or not. */
  takes_over?: boolean;
};

export async function acceptAgreement(tx: Tx, agreement: Agreement): Promise<void> {
  await tx.insertInto('program.agreement').values(agreement).execute();
}

/** One agreement of a model after the other. */
export async function lockAgreements(tx: Tx, model_id: ModelId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('agreements'), hashtext(${model_id}))`.execute(tx);
}

/**
 * The agreement that fixes the creator's share for a generation that starts at `at`, with how its creator stands and
 * since when its terms have run out, if they have: one question, because each start asks it.
 */
export async function agreementInForce(db: Db, model_id: ModelId, at: Date) {
  const row = await db
    .selectFrom('program.agreement as a')
    .leftJoin('program.membership as m', 'm.account_id', 'a.creator_id')
    .leftJoin('program.terms as next', 'next.replaces', 'a.terms_version')
    .select([
      'a.id',
      'a.creator_id',
      'a.terms_version',
      'a.share_ppm',
      'a.in_force_from',
      'a.pinned_until',
      'm.state as standing',
      'next.sunset_at',
    ])
    .where('a.model_id', '=', model_id)
    .where('a.in_force_from', '<=', at)
    // what a former owner had accepted for a day to come is older than the agreement of whoever took the model over
    .orderBy('a.accepted_at', 'desc')
    .orderBy('a.in_force_from', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  const { sunset_at, pinned_until, standing } = row;
  const ends = [sunset_at, pinned_until].filter((end) => end !== null);
  const runs_out_at = sunset_at && new Date(Math.max(...ends.map((end) => end.getTime())));
  return { ...row, standing: readStanding(standing), runs_out_at };
}

const agreements = (db: Db, model_id: ModelId) =>
  db
    .selectFrom('program.agreement')
    .select([
      'id',
      'creator_id',
      'terms_version',
      'share_ppm',
      'accepted_at',
      'in_force_from',
      'pinned_until',
      'takes_over',
    ])
    .where('model_id', '=', model_id);

/** Agreements of a model's owner that hold now or will, the newest first; those of former owners are over. */
export async function agreementsOf(db: Db, model_id: ModelId) {
  const all = await agreements(db, model_id).orderBy('accepted_at').orderBy('in_force_from').execute();
  const begins = all.findLastIndex(({ takes_over }) => takes_over);
  return all.slice(Math.max(begins, 0)).toReversed();
}

/** Everybody who has had a model, and since when, the first of them first. */
export async function ownersOf(db: Db, model_id: ModelId): Promise<{ person_id: AccountId; since: Date }[]> {
  const all = await agreements(db, model_id).orderBy('accepted_at').orderBy('in_force_from').execute();
  return all
    .filter(({ takes_over }, place) => takes_over || place === 0)
    .map(({ creator_id, in_force_from }) => ({ person_id: asId(creator_id), since: in_force_from }));
}

/**
 * From when an agreement may hold that takes a model over at `at`: after everything that was accepted for it before,
 * and at an instant that none of it has.
 */
export async function takeOverAt(tx: Tx, model_id: ModelId, at: Date): Promise<Date> {
  const before = await agreements(tx, model_id).execute();
  const accepted = before.map(({ accepted_at }) => accepted_at.getTime() + 1);
  const taken = new Set(before.map(({ in_force_from }) => in_force_from.getTime()));
  let from = Math.max(at.getTime(), ...accepted);
  while (taken.has(from)) from += 1;
  return new Date(from);
}
