import { createHash } from 'node:crypto';
import { type AccountId, newId } from '../../ids.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** The part of the price that goes to the creator, unless a version of the terms says otherwise. */
export const USUAL_SHARE_PPM = 700_000;
/** A change of what exists is announced so long before it holds; the table asks for the same. */
export const NOTICE_DAYS = 30;
/** Those who do not accept a new version may stay with theirs so long after it holds. */
export const SUNSET_DAYS = 180;
export const daysAfter = (at: Date, days: number): Date => new Date(at.getTime() + days * DAY_MS);

export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

export type Terms = {
  version: string;
  text: string;
  digest: string;
  announced_at: Date;
  effective_from: Date;
  /** The version that it replaces, and until when that one may go on for those who agreed to it. */
  replaces: string | null;
  sunset_at: Date | null;
  share_ppm: number;
};

/** Publishes the first terms, which hold at once; a version that exists must say the same. */
export async function publishTerms(
  tx: Tx,
  terms: { version: string; text: string; published_at: Date; share_ppm?: number },
): Promise<void> {
  const { version, text, published_at, share_ppm = USUAL_SHARE_PPM } = terms;
  const digest = digestOf(text);
  const dates = { announced_at: published_at, effective_from: published_at };
  await tx
    .insertInto('program.terms')
    .values({ version, text, digest, share_ppm, ...dates })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const published = await termsByVersion(tx, version);
  if (published?.digest !== digest)
    throw new Error(
      published
        ? `terms ${version} were published with another text; give the new text a new version`
        : `there are terms already: ${version} has to be announced`,
    );
}

/** Announces a version that will take the place of the newest; its notice and its sunset are promises of the table too. */
export async function announceTerms(tx: Tx, terms: Omit<Terms, 'digest'>): Promise<void> {
  await tx
    .insertInto('program.terms')
    .values({ ...terms, digest: digestOf(terms.text) })
    .execute();
}

const terms = (db: Db) =>
  db
    .selectFrom('program.terms')
    .select([
      'version',
      'text',
      'digest',
      'announced_at',
      'effective_from',
      'replaces',
      'sunset_at',
      'share_ppm',
    ]);

/** Every version, newest first, those included that were announced and do not hold yet. */
export const allTerms = (db: Db): Promise<Terms[]> => terms(db).orderBy('effective_from', 'desc').execute();

export const termsByVersion = (db: Db, version: string): Promise<Terms | undefined> =>
  terms(db).where('version', '=', version).executeTakeFirst();

/** The terms that whoever agrees at `at` agrees to. */
export const termsAt = (db: Db, at: Date): Promise<Terms | undefined> =>
  terms(db).where('effective_from', '<=', at).orderBy('effective_from', 'desc').limit(1).executeTakeFirst();

/** Their version; what is shown of them is asked for by it. */
export const newestTerms = async (db: Db, at: Date): Promise<string | undefined> =>
  (await termsAt(db, at))?.version;

/** From when a version holds for a model whose own terms are guaranteed until some time. */
const wouldHoldFrom = (
  { effective_from }: Pick<Terms, 'effective_from'>,
  pinned: readonly Date[],
  at: Date,
) => new Date(Math.max(at.getTime(), effective_from.getTime(), ...pinned.map((until) => until.getTime())));

/**
 * The same for a model with these agreements, the newest first: always after the newest, so that of two that were
 * accepted while one was pinned the newer holds.
 */
export const followsFrom = (
  terms: Pick<Terms, 'effective_from'>,
  agreements: readonly { in_force_from: Date; pinned_until: Date | null }[],
  at: Date,
): Date => {
  const pinned = agreements.flatMap(({ pinned_until }) => pinned_until ?? []);
  const after = agreements[0] ? agreements[0].in_force_from.getTime() + 1 : 0;
  return new Date(Math.max(wouldHoldFrom(terms, pinned, at).getTime(), after));
};

export type Acceptance = {
  person_id: AccountId;
  terms_version: string;
  terms_digest: string;
  method: 'signature' | 'renewal' | 'transfer';
  subject_id: string;
  at: Date;
};

/** Keeps that somebody agreed, with everything that they agreed to as one text, and its hash. */
export async function recordAcceptance(tx: Tx, acceptance: Acceptance, evidence: string): Promise<void> {
  await tx
    .insertInto('program.acceptance')
    .values({ id: newId(acceptance.at), ...acceptance, evidence, evidence_hash: digestOf(evidence) })
    .execute();
}

export async function acceptancesOf(db: Db, person_id: AccountId) {
  return db
    .selectFrom('program.acceptance')
    .select(['terms_version', 'terms_digest', 'method', 'subject_id', 'evidence_hash', 'at'])
    .where('person_id', '=', person_id)
    .orderBy('at', 'desc')
    .execute();
}
