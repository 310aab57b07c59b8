import type { Tx } from './database.ts';

/** Writes down who did what, in the transaction of the act itself. */
export async function audit(
  tx: Tx,
  row: { at: Date; actor: string; act: string; subject: string; detail?: Record<string, unknown> },
): Promise<void> {
  await tx
    .insertInto('kit.audit_log')
    .values({ ...row, detail: JSON.stringify(row.detail ?? {}) })
    .execute();
}
