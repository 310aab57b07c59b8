/** What is in a column. `micros` is money in whole micro-units; an instant is UTC. */
export type ColumnType = 'text' | 'count' | 'micros' | 'instant' | 'flag';
export type Column = { name: string; type: ColumnType };
export type Cell = string | number | bigint | boolean | Date | null;
export type Row = readonly Cell[];
export type Table = { columns: readonly Column[]; rows: readonly Row[] };

/** Some columns of a table, in its order. */
export function columnsAmong(
  columns: readonly Column[],
  names: readonly string[] | undefined,
): { columns: readonly Column[]; among: (row: Row) => Row } {
  if (!names) return { columns, among: (row) => row };
  const places = columns.flatMap(({ name }, place) => (names.includes(name) ? place : []));
  const chosen = columns.filter(({ name }) => names.includes(name));
  return { columns: chosen, among: (row) => places.map((place) => row[place] ?? null) };
}

/** A part of a file that is made part by part, and what the end of the file has to know of it. */
export type MadePart = { bytes: Uint8Array; footer: string | null };

/**
 * A format that a table is written in, part by part: who was interrupted goes on after the last part without reading it
 * again. `offset`: where the part begins in the file.
 */
export type TableFormat = {
  extension: string;
  mime: string;
  part(columns: readonly Column[], rows: readonly Row[], offset: number): Promise<MadePart>;
  /** What stands behind the last part; nothing for most. */
  end(
    columns: readonly Column[],
    parts: { rows: number; footers: readonly string[]; offset: number },
  ): Uint8Array;
};
