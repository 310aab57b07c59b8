import { csvTable } from './csv-table.ts';
import { parquetTable } from './parquet-table.ts';
import type { Table, TableFormat } from './table.ts';

export const FORMATS = { csv: csvTable, parquet: parquetTable } satisfies Record<string, TableFormat>;
export type Format = keyof typeof FORMATS;

/** A table that is small enough to be written at once. */
export async function tableFile({ columns, rows }: Table, name: string, format: Format): Promise<File> {
  const { part, end, mime } = FORMATS[format];
  const { bytes, footer } = await part(columns, rows, 0);
  const footers = footer === null ? [] : [footer];
  const rest = end(columns, { rows: rows.length, footers, offset: bytes.byteLength });
  return new File([Buffer.concat([bytes, rest])], name, { type: mime });
}
