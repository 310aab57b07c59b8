import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { BrokenPromise } from './assert.ts';
import type { Cell, Column, ColumnType, TableFormat } from './table.ts';

/** `hyparquet-writer` writes "PAR1" at the beginning of every file and asks where it is after that. */
const MAGIC_BYTES = 4;

/**
 * One row group a part. Money and counts are whole 64-bit numbers, instants are milliseconds in UTC. Where everything
 * lies stands at the end of a file, so each part leaves behind what the end has to say of it.
 */
export const parquetTable: TableFormat = {
  extension: 'parquet',
  mime: 'application/vnd.apache.parquet',
  part(columns, rows, offset) {
    const { writer, file } = open(columns, offset);
    if (rows.length > 0)
      void file.write({
        rowGroupSize: rows.length,
        columnData: columns.map(({ name, type }, place) => ({
          name,
          offsetIndex: false,
          data: rows.map((row) => STORED[type](row[place] ?? null)),
        })),
      });
    return Promise.resolve({ bytes: writer.getBytes(), footer: written(file.row_groups) });
  },
  end(columns, { rows, footers, offset }) {
    const { writer, file } = open(columns, offset);
    file.row_groups = footers.flatMap(read);
    file.num_rows = BigInt(rows);
    void file.finish();
    return writer.getBytes();
  },
};

function open(columns: readonly Column[], offset: number) {
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: schemaOf(columns),
    statistics: false,
    createdBy: 'Stellary',
  });
  if (offset > 0) {
    // the file has begun: not again, and places count from there
    if (writer.index !== MAGIC_BYTES) throw new BrokenPromise('a Parquet file begins with its name');
    writer.index = 0;
    writer.offset = offset;
  }
  return { writer, file };
}

const schemaOf = (columns: readonly Column[]): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...TYPES[type] })),
];

const TYPES: Record<ColumnType, Omit<SchemaElement, 'name'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  count: { type: 'INT64' },
  micros: { type: 'INT64' },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  flag: { type: 'BOOLEAN' },
};

const whole = (cell: Cell) => (typeof cell === 'number' ? BigInt(cell) : cell);
const STORED: Record<ColumnType, (cell: Cell) => Cell> = {
  text: (cell) => cell,
  count: whole,
  micros: whole,
  instant: (cell) => cell,
  flag: (cell) => cell,
};

type RowGroups = ParquetWriter['row_groups'];
/** Numbers of 64 bits as `{"n":"12"}`, which JSON has no word for. */
const written = (groups: RowGroups): string =>
  JSON.stringify(groups, (_, value: unknown) => (typeof value === 'bigint' ? { n: String(value) } : value));
const read = (footer: string): RowGroups =>
  JSON.parse(footer, (_, value: unknown) => (isLong(value) ? BigInt(value.n) : value)) as RowGroups;
const isLong = (value: unknown): value is { n: string } =>
  typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'string';
