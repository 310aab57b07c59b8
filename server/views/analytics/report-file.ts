import type { ReportWish } from '#api/analytics/export-report.ts';
import type { PlatformReportWish } from '#api/analytics/export-platform-report.ts';
import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import { columnsAmong, type Table } from '../../kit/table.ts';
import { tableFile } from '../../kit/table-file.ts';
import { fileName } from '../exports.ts';
import { reconciliationOf } from './earnings-report.ts';
import { platformTable, reconciliationTable, reportTable } from './export-reports.ts';
import { columnsAsked, resolveWish } from './export-wish.ts';
import { platformReport } from './platform.ts';

/** A report as a file: the rows that an order of it has. */
export async function reportFile(context: Context, person_id: AccountId, asked: ReportWish): Promise<File> {
  const { report, format, ...what } = asked;
  if (report === 'reconciliation') {
    const { zone, columns, ...time } = what;
    const held = await reconciliationOf(context, person_id, { ...time, zone });
    const table = reconciliationTable(held);
    const names = columns === undefined ? undefined : columnsAsked(table.columns, columns);
    return tableFile(only(table, names), nameOf(report, format, { ...held, zone }), format);
  }
  const wish = await resolveWish(context, person_id, { ...what, dataset: report, format });
  const table = await reportTable(context, report, { person_id, wish });
  return tableFile(only(table, wish.columns), fileName({ dataset: report, format, wish }), format);
}

function only({ columns: all, rows }: Table, names: readonly string[] | undefined): Table {
  const { columns, among } = columnsAmong(all, names);
  return { columns, rows: rows.map(among) };
}

export async function platformFile(
  context: Context,
  { format, ...asked }: PlatformReportWish,
): Promise<File> {
  const report = await platformReport(context, { ...asked, prior: 'false' });
  return tableFile(platformTable(report), nameOf('platform', format, report.span), format);
}

const nameOf = (
  dataset: string,
  format: ReportWish['format'],
  { from, to, zone }: { from: string; to: string; zone: string },
) =>
  fileName({
    dataset,
    format,
    wish: { from: new Date(from), to: new Date(to), zone, grain: null, models: null, by: null },
  });
