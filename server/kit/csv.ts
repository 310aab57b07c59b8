import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

type Cell = string | number | bigint;

/**
 * CSV (RFC 4180) that no spreadsheet will run: a text that looks like a formula is shown as text, by an apostrophe
 * before it. What has such apostrophes of its own gets one more, so that `textOfCell` gives every text back as it was.
 */
export const csvOf = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  csvLines([header]) + csvLines(rows);

/** The same without a header: lines that are written after others. */
export const csvLines = (rows: readonly (readonly Cell[])[]): string =>
  stringify([...rows.map((row) => row.map(cellOf))], { escape_formulas: true });

const cellOf = (value: Cell): Cell =>
  typeof value === 'string' && ESCAPED.test(value) ? `'${value}` : value;

/** What csv-stringify puts an apostrophe before, with one or more there already. */
const ESCAPED = /^'+[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** The text of a cell, without the apostrophe that keeps spreadsheets from running it. */
export const textOfCell = (cell: string): string => (ESCAPED.test(cell) ? cell.slice(1) : cell);

/** A table that cannot be read; `row` counts from 1, with the header as the first. */
export class CsvRefused extends Error {
  readonly row: number;

  constructor(row: number, message: string) {
    super(message);
    this.name = 'CsvRefused';
    this.row = row;
  }
}

/**
 * The rows of a table as they were written, apostrophes and all; lines without anything are left out. Cells are told
 * apart by what the header has most of: comma, semicolon (where commas are decimal points) or tab.
 */
export function readCsv(text: string, limits: { rows_max: number }): { row: number; cells: string[] }[] {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows: { row: number; cells: string[] }[] = [];
  const keep = (cells: string[], row: number) => {
    if (cells.length === 1 && cells[0] === '') return;
    if (rows.length === limits.rows_max + 1)
      throw new CsvRefused(row, `there may be ${limits.rows_max.toLocaleString('en')} rows at most`);
    rows.push({ row, cells });
  };
  try {
    parse(body, {
      delimiter: separatorOf(body),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], read) => {
        keep(cells, rowOf(read));
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { records, empty_lines } = error;
    throw new CsvRefused(
      rowOf({ records, empty_lines }) + 1,
      WHY[error.code] ?? 'it cannot be told where its cells end',
    );
  }
  return rows;
}

/** The last one that was read, lines without anything among them. */
const rowOf = ({ records, empty_lines }: { records?: unknown; empty_lines?: unknown }) =>
  Number(records) + Number(empty_lines);

const WHY: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands after a closing quotation mark',
  INVALID_OPENING_QUOTE: 'a quotation mark stands in a cell that does not begin with one',
};

const SEPARATORS = [',', ';', '\t'] as const;

function separatorOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  const counted = SEPARATORS.map((one) => ({ one, times: header.split(one).length }));
  return counted.reduce((most, next) => (next.times > most.times ? next : most)).one;
}
