import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf, CsvRefused, readCsv, textOfCell } from './csv.ts';

const LIMITS = { rows_max: 1_000 };
const read = (text: string) =>
  readCsv(text, LIMITS).map(({ cells }) => cells.map((cell) => textOfCell(cell)));

describe('a table of text', () => {
  test('comes back as it was, formulas, apostrophes, marks and lines and all', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '\t', '\n', '\r', 'a', '＝'), {
          maxLength: 6,
        })
        .map((parts) => parts.join('')),
    );
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));
    fc.assert(
      fc.property(table, (rows) => {
        const header = (rows[0] ?? ['a', 'b']).map((_, at) => `column_${at}`);
        expect(read(csvOf(header, rows))).toEqual([header, ...rows]);
      }),
    );
  });

  test('is never run by a spreadsheet', () => {
    const starts = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    for (const start of starts) {
      const [, row] = readCsv(csvOf(['one', 'two'], [[`${start}1+1`, `'${start}1`]]), LIMITS);
      expect(row?.cells).toEqual([`'${start}1+1`, `''${start}1`]);
    }
  });

  test('is read as other programs write it: semicolons, tabs, a mark before it, lines that end in two ways', () => {
    expect(read('\uFEFFa;b\r\n1;"2;3"\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2;3'],
    ]);
    expect(read('a\tb\n1\t\n\n3\t4')).toEqual([
      ['a', 'b'],
      ['1', ''],
      ['3', '4'],
    ]);
    expect(readCsv('a,b\n\n\n1,2', LIMITS).map(({ row }) => row)).toEqual([1, 4]);
    expect(read('')).toEqual([]);
  });

  test('is refused by its row where it is none', () => {
    const refusal = (text: string, rows_max = 2) => {
      try {
        readCsv(text, { rows_max });
      } catch (error) {
        return error instanceof CsvRefused ? `${error.row}: ${error.message}` : error;
      }
      return null;
    };
    expect(refusal('a,b\n"1,2')).toBe('2: a quotation mark is opened and never closed');
    expect(refusal('a,b\n"1"x,2')).toBe('2: something stands after a closing quotation mark');
    expect(refusal('a,b\n\n1,2\n3"x,4', 9)).toBe(
      '4: a quotation mark stands in a cell that does not begin with one',
    );
    expect(refusal('a\n1\n2')).toBeNull();
    expect(refusal('a\n1\n2\n3')).toBe('4: there may be 2 rows at most');
  });
});
