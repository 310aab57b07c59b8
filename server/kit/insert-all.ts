import { type Insertable, sql } from 'kysely';
import type { DB, Tx } from './database.ts';

/**
 * Inserts rows that all name the same columns, by one statement whose text is the same however many there are: it is
 * made and prepared once. Columns of bytes are not for it; what is JSON comes as it is, not as text.
 */
export async function insertAll<T extends keyof DB>(
  tx: Tx,
  table: T,
  rows: readonly Insertable<DB[T]>[],
  options: { skip_known?: boolean } = {},
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  const of = sql.table(table);
  await sql`
    insert into ${of} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${of}, ${asJson(rows)}::jsonb)
    ${options.skip_known ? sql`on conflict do nothing` : sql``}`.execute(tx);
}

/** Whole numbers of any size as text: PostgreSQL reads them from it, and nothing is rounded on the way. */
const asJson = (rows: readonly unknown[]) =>
  JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

/** `= any(list)`, for the same reason: `in (...)` is another text for each length. */
export const oneOf = (ids: readonly string[]) => sql<string>`any(${[...ids]}::uuid[])`;
