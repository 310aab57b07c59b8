import * as z from 'zod';
import { AuditHead, auditHashes, auditHead } from '../kit/audit.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';

/** What a head of this product says: where the chains of the ledger, of the audit log and of receipts end. */
export const BooksEnd = z.object({
  ledger: ledger.LedgerHead,
  audit: AuditHead.nullable(),
  receipts: z.object({ block: z.int(), hash: z.string() }).nullable().default(null),
});
export type BooksEnd = z.infer<typeof BooksEnd>;

/** Where the chains end now; counted on from `since`. */
export async function booksEnd(db: Db, since: BooksEnd | null): Promise<BooksEnd> {
  const { block } = await earnings.endOfReceiptLog(db);
  return {
    ledger: await ledger.head(db, since?.ledger ?? null),
    audit: await auditHead(db),
    receipts: block && { block: block.header.number, hash: block.hash },
  };
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
  const blocks = await earnings.hashesInReceiptLog(
    db,
    heads.flatMap(({ receipts }) => (receipts ? [receipts.block] : [])),
  );
  return ({ ledger, audit, receipts }) => [
    ...ofLedger(ledger),
    ...(audit && rows.get(audit.n) !== audit.hash ? [`audit row ${audit.n}`] : []),
    ...(receipts && blocks.get(receipts.block) !== receipts.hash
      ? [`block ${receipts.block} of receipts`]
      : []),
  ];
}
