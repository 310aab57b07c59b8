import pg from 'pg';

/** Asked so often, a statement is worth a place in the memory of each connection. */
const OFTEN = 10;
/** Each costs PostgreSQL some tens of kilobytes on every connection that has used it. */
const PREPARED_MAX = 200;
const COUNTED_MAX = 5_000;
/** Several rows or a list written out: each length of it is a text of its own, and together they would take all places. */
const LIST = /\), \(\$|in \(\$\d+, \$/;
/**
 * Written into a statement that has to be planned for what it is asked with. Prepared, it would have one plan for all
 * from its sixth time on, made without a look at whose rows and of how long a time: some thirty times as slow.
 */
export const PLANNED_EACH_TIME = '/* planned each time */';

const isEachTimeAnother = (text: string) => text.includes(PLANNED_EACH_TIME) || LIST.test(text);

/** The names of the statements that one process asks often, the same on all of its connections. */
export function createStatementNames() {
  const asked = new Map<string, number>();
  const names = new Map<string, string>();
  let given = 0;
  return {
    of(text: string): string | undefined {
      const known = names.get(text);
      if (known !== undefined || names.size >= PREPARED_MAX || isEachTimeAnother(text)) return known;
      const times = (asked.get(text) ?? 0) + 1;
      if (times < OFTEN) {
        if (asked.size >= COUNTED_MAX) asked.clear();
        asked.set(text, times);
        return undefined;
      }
      asked.delete(text);
      const name = `often_${(given += 1)}`;
      names.set(text, name);
      return name;
    },
    forget: (text: string) => void names.delete(text),
  };
}

/**
 * PostgreSQL reads and plans a statement that is asked often once on this connection, and not each time: that is about
 * half of what a small one costs it. A pooler between must know of prepared statements (PgBouncer since 1.21 does).
 */
export function prepareWhatIsOften(
  client: pg.ClientBase,
  names: ReturnType<typeof createStatementNames>,
): void {
  const ask = client.query.bind(client) as (...question: unknown[]) => Promise<pg.QueryResult>;
  client.query = function query(...question: unknown[]) {
    const [text, values, more] = question;
    const isPlain = typeof text === 'string' && Array.isArray(values) && values.length > 0 && !more;
    const name = isPlain ? names.of(text) : undefined;
    if (!isPlain || name === undefined) return ask(...question);
    return ask({ name, text, values }).catch((error: unknown) => {
      if (!isOutdatedPlan(error)) throw error;
      names.forget(text);
      // within a transaction nothing more can be asked: whoever runs that tries it all again
      if (client.getTransactionStatus() !== 'I') throw error;
      return ask(...question);
    });
  } as typeof client.query;
}

/** A table was changed under the plan that reads it. Asked again, it is planned anew. */
export const isOutdatedPlan = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
