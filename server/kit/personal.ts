import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** Of one table: which columns name a person, and what becomes of the rows when that person goes. */
export type Personal = {
  /** With its schema. */
  table: string;
  /** The columns that name whoever the rows are about. */
  of: readonly string[];
  /** Others that name a person; what they name is not theirs to read. */
  besides?: readonly string[];
  /** What nobody is given out of it: secrets, and what others said in confidence. */
  but?: readonly string[];
} & (
  | { ends: 'deleted' }
  | { ends: 'emptied'; set: Record<string, RawBuilder<unknown>> }
  /** `why`: because somebody else needs it, or because an act of the module does more than this. */
  | { ends: 'stays'; why: string }
);

const named = (columns: readonly string[], id: string) =>
  sql.join(
    columns.map((column) => sql`${sql.ref(column)} = ${id}::uuid`),
    sql` or `,
  );

/** Deletes and empties what is to be, in the order of the list. Doing it twice is doing it once. */
export async function forget(tx: Tx, list: readonly Personal[], person_id: string): Promise<void> {
  for (const one of list) {
    const rows = sql.table(one.table);
    if (one.of.length === 0 || one.ends === 'stays') continue;
    if (one.ends === 'deleted') {
      await sql`delete from ${rows} where ${named(one.of, person_id)}`.execute(tx);
      continue;
    }
    const set = Object.entries(one.set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    await sql`update ${rows} set ${sql.join(set)} where ${named(one.of, person_id)}`.execute(tx);
  }
}

const AT_ONCE = 500;

/**
 * Every row that names the person, table by table, some at a time by a cursor: `db` is inside a transaction, so that it
 * is one picture.
 */
export async function* rowsOf(
  db: Db,
  list: readonly Personal[],
  person_id: string,
): AsyncGenerator<{ table: string; rows: unknown[] }> {
  for (const { table, of, but = [] } of list) {
    if (of.length === 0) continue;
    await sql`declare personal no scroll cursor for
      select to_jsonb(t) - ${[...but]}::text[] as row from ${sql.table(table)} t
      where ${named(of, person_id)}`.execute(db);
    for (;;) {
      const { rows } = await sql<{ row: unknown }>`fetch ${sql.lit(AT_ONCE)} from personal`.execute(db);
      if (rows.length > 0) yield { table, rows: rows.map(({ row }) => row) };
      if (rows.length < AT_ONCE) break;
    }
    await sql`close personal`.execute(db);
  }
}
