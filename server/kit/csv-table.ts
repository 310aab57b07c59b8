import { setImmediate as others } from 'node:timers/promises';
import { csvLines } from './csv.ts';
import type { Cell, Row, TableFormat } from './table.ts';

/** So many rows are written in one go; then others have their turn. */
const AT_ONCE = 500;

/** Money and counts as digits, instants as ISO 8601 in UTC, what is missing as nothing; safe against formulas. */
export const csvTable: TableFormat = {
  extension: 'csv',
  mime: 'text/csv; charset=utf-8',
  async part(columns, rows, offset) {
    const pieces: Buffer[] = offset === 0 ? [Buffer.from(csvLines([columns.map(({ name }) => name)]))] : [];
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      pieces.push(Buffer.from(csvLines(rows.slice(from, from + AT_ONCE).map(line))));
      await others();
    }
    return { bytes: Buffer.concat(pieces), footer: null };
  },
  end: () => new Uint8Array(),
};

const line = (row: Row) => row.map(cellOf);
function cellOf(cell: Cell): string | number | bigint {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'boolean' ? String(cell) : cell;
}
