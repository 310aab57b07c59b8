import { sql } from 'kysely';
import type { AccountId, AgreementId, ModelId } from '../../ids.ts';
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
    .orderBy('a.in_force_from', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  const { sunset_at, pinned_until, standing } = row;
  const ends = [sunset_at, pinned_until].filter((end) => end !== null);
  const runs_out_at = sunset_at && new Date(Math.max(...ends.map((end) => end.getTime())));
  return { ...row, standing: readStanding(standing), runs_out_at };
}

/** Agreements of a model that hold now or will, the newest first. */
export async function agreementsOf(db: Db, model_id: ModelId) {
  return db
    .selectFrom('program.agreement')
    .select(['id', 'terms_version', 'share_ppm', 'accepted_at', 'in_force_from', 'pinned_until'])
    .where('model_id', '=', model_id)
    .orderBy('in_force_from', 'desc')
    .execute();
}
