import { type RawBuilder, sql } from 'kysely';

/** `column in (...)` as one value: the text is the same however many there are, so that it is planned once. */
export const isAnyOf = (column: string, ids: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(column)} = any(${[...ids]}::uuid[])`;
