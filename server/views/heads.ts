import * as z from 'zod';
import { AuditHead, auditHashes, auditHead } from '../kit/audit.ts';
import type { Db } from '../kit/database.ts';
import * as ledger from '../modules/ledger/index.ts';

/** What a head of this product says: where the chains of the ledger and of the audit log end. */
export const BooksEnd = z.object({ ledger: ledger.LedgerHead, audit: AuditHead.nullable() });
export type BooksEnd = z.infer<typeof BooksEnd>;

/** Where the chains end now; counted on from `since`. */
export async function booksEnd(db: Db, since: BooksEnd | null): Promise<BooksEnd> {
  return { ledger: await ledger.head(db, since?.ledger ?? null), audit: await auditHead(db) };
}

/** What the database does not have of what these heads name, or has with another hash. */
export async function missingFromBooks(
  db: Db,
  heads: readonly BooksEnd[],
): Promise<(head: BooksEnd) => string[]> {
  const ofLedger = await ledger.missingOf(
    db,
    heads.map((head) => head.ledger),
  );
  const rows = await auditHashes(
    db,
    heads.flatMap(({ audit }) => (audit ? [audit.n] : [])),
  );
  return (head) => [
    ...ofLedger(head.ledger),
    ...(head.audit && rows.get(head.audit.n) !== head.audit.hash ? [`audit row ${head.audit.n}`] : []),
  ];
}
