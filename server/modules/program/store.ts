import { createHash } from 'node:crypto';
import type { AccountId, AgreementId, ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** Publishes a version of the terms; a version that exists must say the same. */
export async function publishTerms(
  tx: Tx,
  terms: { version: string; text: string; published_at: Date },
): Promise<void> {
  const digest = `sha256:${createHash('sha256').update(terms.text).digest('hex')}`;
  await tx
    .insertInto('program.terms')
    .values({ ...terms, digest })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { digest: published } = await tx
    .selectFrom('program.terms')
    .select('digest')
    .where('version', '=', terms.version)
    .executeTakeFirstOrThrow();
  if (published !== digest)
    throw new Error(
      `terms ${terms.version} were published with another text; give the new text a new version`,
    );
}

/** The terms that whoever agrees at `at` agrees to. */
export async function newestTerms(db: Db, at: Date): Promise<string | undefined> {
  const row = await db
    .selectFrom('program.terms')
    .select('version')
    .where('published_at', '<=', at)
    .orderBy('published_at', 'desc')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.version;
}

export type Agreement = {
  id: AgreementId;
  model_id: ModelId;
  creator_id: AccountId;
  terms_version: string;
  share_ppm: number;
  accepted_at: Date;
  in_force_from: Date;
};

export async function acceptAgreement(tx: Tx, agreement: Agreement): Promise<void> {
  await tx.insertInto('program.agreement').values(agreement).execute();
}

/** The agreement that fixes the creator's share for a generation that starts at `at`. */
export async function agreementInForce(db: Db, model_id: ModelId, at: Date) {
  return db
    .selectFrom('program.agreement')
    .select(['id', 'creator_id', 'terms_version', 'share_ppm', 'in_force_from'])
    .where('model_id', '=', model_id)
    .where('in_force_from', '<=', at)
    .orderBy('in_force_from', 'desc')
    .limit(1)
    .executeTakeFirst();
}
