import { type Db, inOnePicture } from '../kit/database.ts';
import { openFileStore } from '../kit/files.ts';
import type { Verification } from '../kit/findings.ts';
import { type Jwks, verifierOf } from '../kit/signing.ts';
import { STATEMENT_TYPE } from '../modules/earnings/index.ts';
import { CHAINS } from '../modules/ledger/index.ts';
import { verifyAnalytics } from './analytics-checks.ts';
import { verifyChains } from './chains.ts';
import { verifyMedia, verifyMoney } from './invariants.ts';
import { verifyProvenance } from './provenance-checks.ts';
import { verifyPublished } from './published.ts';
import { verifyReceiptLog } from './receipt-log.ts';
import { verifyVotes } from './vote-checks.ts';

/** An installation as it lies there, and what else there is to check it with. */
export type Installation = {
  db: Db;
  media_dir: string;
  model_files_dir: string;
  /** The folder of signed heads; those after `heads_until` speak of what came later. */
  heads_dir: string;
  heads_until?: Date | undefined;
  /** Heads that somebody else kept: a folder, or a file with one a line. */
  copies?: string | undefined;
  /** Whose signatures are believed. */
  jwks: Jwks;
  /** Looks at the journal of the last day only. */
  fast?: boolean | undefined;
};

type Verify = (installation: Installation, names: readonly string[]) => Promise<Verification>;

/** Everything that can be verified, part by part. None of it changes anything. */
export const PARTS: Record<string, Verify> = {
  /** every sum of ledger and shop, and the chains of the ledger unless the audit is to look at them */
  ledger: ({ db, fast = false }, names) =>
    verifyMoney(db, fast ? 'fast' : 'full', new Date(), names.includes('audit') ? CHAINS : []),
  /** the chains of hashes of ledger and audit log, and every signed head of them */
  audit: ({ db, heads_dir, heads_until, copies = null, jwks }) =>
    verifyChains({ db, heads: heads_dir, until: heads_until ?? null, copies, verify: verifierOf(jwks) }),
  /** the log of receipts: every root, every signature, every day */
  receipts: ({ db, jwks }) => verifyReceiptLog(db, jwks),
  /** what was signed of what is owed each day, and of each month */
  published: ({ db, jwks }) =>
    inOnePicture(db, (tx) => verifyPublished(tx, jwks, (jws) => verifierOf(jwks)(jws, STATEMENT_TYPE))),
  /** every figure of analytics: the roll-ups against the facts, and these against the books */
  analytics: ({ db, fast = false }) => verifyAnalytics(db, fast, new Date()),
  /** every ballot and every root that was published, against what the audit log bound at the time */
  votes: ({ db }) => verifyVotes(db),
  /** what was signed of each asset when it was made */
  provenance: ({ db, jwks }) => verifyProvenance(db, jwks),
  /** every stored file: of assets, of samples, of models */
  media: async ({ db, media_dir, model_files_dir }) =>
    verifyMedia({
      db,
      media: await openFileStore(media_dir),
      model_files: await openFileStore(model_files_dir),
    }),
};

/** Verifies the named parts one after the other, all of them unless told otherwise, and puts together what they found. */
export async function verifyInstallation(
  installation: Installation,
  names: readonly string[] = Object.keys(PARTS),
): Promise<Verification> {
  const found: Verification[] = [];
  for (const [name, verify] of Object.entries(PARTS))
    if (names.includes(name)) found.push(await verify(installation, names));
  return {
    checked: found.flatMap(({ checked }) => checked),
    violations: found.flatMap(({ violations }) => violations),
    notes: found.flatMap(({ notes }) => notes),
  };
}
