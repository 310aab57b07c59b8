import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { DB, Tx } from './database.ts';

/**
 * Inserts rows that all name the same columns, by one statement whose text is the same however many there are: it is
 * made and prepared once. Columns of bytes are not for it; what is JSON comes as it is, not as text. Where `only_if`
 * does not hold none is inserted. Answers how many were.
 */
export async function insertAll<T extends keyof DB>(
  tx: Tx,
  table: T,
  rows: readonly Insertable<DB[T]>[],
  options: { skip_known?: boolean; only_if?: RawBuilder<boolean> } = {},
): Promise<number> {
  const [first] = rows;
  if (!first) return 0;
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  const of = sql.table(table);
  const { numAffectedRows } = await sql`
    insert into ${of} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${of}, ${asJson(rows)}::jsonb)
    ${options.only_if ? sql`where ${options.only_if}` : sql``}
    ${options.skip_known ? sql`on conflict do nothing` : sql``}`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** Whole numbers of any size as text: PostgreSQL reads them from it, and nothing is rounded on the way. */
const asJson = (rows: readonly unknown[]) =>
  JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

/** `= any(list)`, for the same reason: `in (...)` is another text for each length. */
export const oneOf = (ids: readonly string[]) => sql<string>`any(${[...ids]}::uuid[])`;
