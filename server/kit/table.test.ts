import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { csvTable } from './csv-table.ts';
import { textOfCell } from './csv.ts';
import { parquetTable } from './parquet-table.ts';
import type { Cell, Column, Row, TableFormat } from './table.ts';

const COLUMNS: Column[] = [
  { name: 'what', type: 'text' },
  { name: 'many', type: 'count' },
  { name: 'amount_micros', type: 'micros' },
  { name: 'at', type: 'instant' },
  { name: 'related', type: 'flag' },
];
const orNothing = <Some>(some: fc.Arbitrary<Some>) => fc.option(some, { nil: null });
const risky = fc.constantFrom('=1+1', '+1', '-1', '@a', "'=x", '\tx', 'a,b', 'a"b', 'a\r\nb', '＝1');
const row: fc.Arbitrary<Row> = fc.tuple(
  orNothing(fc.oneof(fc.string({ unit: 'grapheme' }), risky)),
  orNothing(fc.maxSafeInteger()),
  orNothing(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })),
  orNothing(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true })),
  orNothing(fc.boolean()),
);
/** A table, and the numbers of rows that its parts have. */
const cut = fc.array(fc.array(row, { maxLength: 5 }), { minLength: 1, maxLength: 4 });

async function written(format: TableFormat, parts: Row[][]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const footers: string[] = [];
  const length = () => pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const rows of parts) {
    const { bytes, footer } = await format.part(COLUMNS, rows, length());
    pieces.push(bytes);
    if (footer !== null) footers.push(footer);
  }
  pieces.push(format.end(COLUMNS, { rows: parts.flat().length, footers, offset: length() }));
  return Buffer.concat(pieces);
}

test('Parquet that is written in parts is read by somebody else as the rows that went in', async () => {
  await fc.assert(
    fc.asyncProperty(cut, async (parts) => {
      const bytes = await written(parquetTable, parts);
      const file = new Uint8Array(bytes).buffer;
      const read = await parquetReadObjects({ file });
      const whole = (cell: Cell) => (typeof cell === 'number' ? BigInt(cell) : cell);
      expect(read.map((one) => COLUMNS.map(({ name }) => one[name] ?? null))).toEqual(
        parts.flat().map((cells) => cells.map(whole)),
      );
    }),
    { numRuns: 40 },
  );
});

test('CSV is the same whatever its parts, every cell comes back, numbers as numbers, and no text is run', async () => {
  await fc.assert(
    fc.asyncProperty(cut, async (parts) => {
      const bytes = await written(csvTable, parts);
      expect(bytes).toEqual(await written(csvTable, [parts.flat()]));
      const [header, ...read]: string[][] = parse(bytes, { record_delimiter: '\n' });
      expect(header).toEqual(COLUMNS.map(({ name }) => name));
      expect(read).toHaveLength(parts.flat().length);
      for (const [at, cells] of parts.flat().entries()) {
        const [what = '', many, amount, instant, flag] = read[at] ?? [];
        expect(what).not.toMatch(/^[=+\-@\t\r]/);
        expect(textOfCell(what)).toBe(cells[0] ?? '');
        expect([many, amount]).toEqual([String(cells[1] ?? ''), String(cells[2] ?? '')]);
        expect(instant).toBe(cells[3] instanceof Date ? cells[3].toISOString() : '');
        expect(flag).toBe(String(cells[4] ?? ''));
      }
    }),
    { numRuns: 40 },
  );
});
