import { stringify } from 'csv-stringify/sync';

type Cell = string | number | bigint;

/** CSV (RFC 4180) that no spreadsheet will run: a text that looks like a formula is shown as text. */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return stringify([...rows.map((row) => [...row])], {
    header: true,
    columns: [...header],
    escape_formulas: true,
  });
}
