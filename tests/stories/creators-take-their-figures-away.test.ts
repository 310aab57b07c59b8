import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportWish } from '../../api/analytics/export-report.ts';
import { columnsOf } from '../../api/analytics/export-columns.ts';
import { accountWords, movementName } from '../../api/earnings/statement-words.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { subscribersNow } from '../../server/kit/outbox.ts';
import * as analytics from '../../server/modules/analytics/index.ts';
import { buy, releaseOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { financePerson, generate } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { credits, signed } from '../../web/ui/credits.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-10T10:00:00Z'));
const MADE = 3;
let world: World;
let creator: Visitor;
let fan: Visitor & { email: string };
let lena: Visitor;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = await world.creator('mira-solberg');
  fan = await world.member('kira');
  await buy(fan, 'pack-1000');
  const release_id = await releaseOf(fan);
  const made: string[] = [];
  for (let n = 0; n < MADE; n += 1) made.push(await generate(fan, release_id, 'paid'));
  lena = await financePerson(world, 'lena');
  await lena.api.finance.createRefund({ id: made[0] ?? '', reason: 'It was black' });
  await eventually('everything is counted', async () => {
    const all = await subscribersNow(world.context.db);
    return all.find(({ name }) => name === analytics.COUNTER)?.behind === 0;
  });
}, 60_000);
afterAll(() => world.end());

type Wish = Parameters<Visitor['api']['analytics']['createExport']>[0];
async function ordered(wish: Wish) {
  const { id } = await creator.api.analytics.createExport(wish);
  return eventually('it is ready', async () => {
    const one = await creator.api.analytics.getExport({ id });
    return one.state === 'ready' && one;
  });
}
const sent = ({ cookies }: Visitor) => ({
  cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
});
const file = (path: string | null, headers: Record<string, string> = {}) =>
  fetch(`${world.url}${path}`, { headers: { ...sent(creator), ...headers } });

test('CSV and Parquet of the same lines have the same rows, and sum to what the ledger gained', async () => {
  const csv = await ordered({ dataset: 'earnings_lines', format: 'csv', range: '7d' });
  const parquet = await ordered({ dataset: 'earnings_lines', format: 'parquet', range: '7d' });
  const bytes = await (await file(csv.path)).text();
  const lines: Record<string, string>[] = parse(bytes, { columns: true, bom: true });
  const rows = await parquetReadObjects({ file: await (await file(parquet.path)).arrayBuffer() });
  expect(lines).toHaveLength(MADE + 1);
  expect(rows).toHaveLength(csv.rows);
  const amount = Object.keys(lines[0] ?? {}).find((name) => name === 'amount_micros') ?? '';
  const sum = (amounts: unknown[]) =>
    amounts.reduce<bigint>((total, each) => total + BigInt(String(each)), 0n);
  const { total_micros } = await creator.api.earnings.getEarnings({});
  expect(sum(lines.map((line) => line[amount]))).toBe(BigInt(total_micros));
  expect(sum(rows.map((row) => row[amount]))).toBe(BigInt(total_micros));
  expect(bytes).not.toContain(fan.email);
});

test('every dataset can be had, and none says who paid or what was asked for', async () => {
  for (const dataset of ['generations', 'earnings', 'usage', 'breakdown', 'retention', 'funnel'] as const) {
    const one = await ordered({ dataset, format: 'csv', range: '7d' });
    const text = await (await file(one.path)).text();
    expect(text.split('\n').length - 2, dataset).toBe(one.rows);
    const [names = [], ...rows]: string[][] = parse(text, { bom: true });
    expect(names, dataset).toEqual(columnsOf(dataset, null).map(({ name }) => name));
    expect(rows, dataset).toHaveLength(one.rows);
    expect(text, dataset).not.toMatch(/kira|prompt|payer_id/);
  }
});

test('columns can be chosen, in files, in reports and by e-mail; what is no column is refused', async () => {
  const wish = { dataset: 'earnings_lines', range: '7d', columns: 'amount_micros,at' } as const;
  const csv = await ordered({ ...wish, format: 'csv' });
  expect(csv.columns).toEqual(['at', 'amount_micros']);
  const [names, ...rows]: string[][] = parse(await (await file(csv.path)).text(), { bom: true });
  expect(names).toEqual(['at', 'amount_micros']);
  const { total_micros } = await creator.api.earnings.getEarnings({});
  expect(rows.reduce((sum, [, amount]) => sum + BigInt(amount ?? 0), 0n)).toBe(BigInt(total_micros));
  const parquet = await ordered({ ...wish, format: 'parquet' });
  const [first] = await parquetReadObjects({ file: await (await file(parquet.path)).arrayBuffer() });
  expect(Object.keys(first ?? {})).toEqual(['at', 'amount_micros']);

  const { analytics: api } = creator.api;
  const report = await api.exportReport({ report: 'earnings', by: 'collaborator', range: '7d' });
  const [line]: Record<string, string>[] = parse(await report.text(), { columns: true });
  expect(line).toMatchObject({ collaborator: 'alone', net_micros: total_micros, others_micros: '0' });
  const short = await api.exportReport({ report: 'reconciliation', columns: 'figure', range: '7d' });
  expect((await short.text()).split('\n')[0]).toBe('figure');
  const every = { ...wish, range: undefined, format: 'csv', every: 'month', zone: 'UTC' } as const;
  const { range: _, ...schedule } = every;
  expect((await api.createSchedule(schedule)).columns).toEqual(['at', 'amount_micros']);
  const { columns: __, ...whole } = schedule;
  await api.createSchedule(whole);
  expect((await api.listSchedules({})).items.map(({ columns }) => columns)).toEqual([
    null,
    ['at', 'amount_micros'],
  ]);
  await expectRefusal(api.createExport({ ...wish, format: 'csv', columns: 'at,payer_id' }), 'COLUMN_UNKNOWN');
  await expectRefusal(api.exportReport({ report: 'usage', columns: 'net_micros' }), 'COLUMN_UNKNOWN');
});

test('a download that broke off goes on where it ended, and only with the same file', async () => {
  const one = await ordered({ dataset: 'generations', format: 'csv', range: '7d' });
  const whole = Buffer.from(await (await file(one.path)).arrayBuffer());
  expect(whole.byteLength).toBe(one.bytes);
  const first = await file(one.path, { range: 'bytes=0-9' });
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, first.headers.get('content-range')]).toEqual([206, `bytes 0-9/${one.bytes}`]);
  const rest = await file(one.path, { range: 'bytes=10-', 'if-range': etag });
  const together = Buffer.concat([
    Buffer.from(await first.arrayBuffer()),
    Buffer.from(await rest.arrayBuffer()),
  ]);
  expect(createHash('sha256').update(together).digest('hex')).toBe(
    createHash('sha256').update(whole).digest('hex'),
  );
  const other = await file(one.path, { range: 'bytes=10-', 'if-range': '"another"' });
  expect(other.status).toBe(200);
  expect((await file(one.path, { range: `bytes=${one.bytes}-` })).status).toBe(416);
});

test('each report is to be had as a table, with the figures of its page', async () => {
  const { analytics: api } = creator.api;
  const table = async (report: ReportWish['report'], more: Partial<ReportWish> = {}) => {
    const answer = await api.exportReport({ report, range: '7d', ...more });
    expect(answer.type).toMatch(/^text\/csv; ?charset=utf-8$/);
    const rows: Record<string, string>[] = parse(await answer.text(), { columns: true });
    return rows;
  };
  const total = (rows: Record<string, string>[], column: string) =>
    rows.reduce((sum, row) => sum + BigInt(row[column] ?? '0'), 0n).toString();
  const range = { range: '7d' } as const;

  const report = await api.getEarningsReport({ ...range, by: 'model' });
  for (const rows of [await table('earnings'), await table('earnings', { by: 'model' })]) {
    expect(total(rows, 'net_micros')).toBe(report.totals.net_micros);
    // below zero, and a number that a spreadsheet adds up
    expect(total(rows, 'reversed_micros')).toBe(report.totals.reversed_micros);
  }
  const usage = await table('usage');
  const { series, totals } = await api.getUsageReport(range);
  expect(usage).toHaveLength(series.length);
  expect(total(usage, 'generations')).toBe(String(totals.generations));
  expect(total(usage, 'price_micros')).toBe(totals.price_micros);
  const breakdown = await api.getBreakdown({ ...range, by: 'outcome' });
  const told = await table('breakdown', { by: 'outcome' });
  expect(told.map(({ key, generations }) => [key, Number(generations)])).toEqual(
    breakdown.groups.map(({ key, generations }) => [key, generations]),
  );
  const held = Object.fromEntries(
    (await table('reconciliation')).map(({ figure, amount_micros }) => [figure, amount_micros]),
  );
  const reconciliation = await api.getReconciliation(range);
  expect(held).toMatchObject({
    sum: reconciliation.sum_micros,
    ledger: reconciliation.ledger_micros,
    difference: '0',
  });
  expect(await table('retention')).toEqual([]);
  expect(total(await table('funnel'), 'visits')).toBe(String((await api.getFunnel(range)).totals.visits));

  const parquet = await api.exportReport({ report: 'usage', format: 'parquet', ...range });
  expect(await parquetReadObjects({ file: await parquet.arrayBuffer() })).toHaveLength(series.length);
  await expectRefusal(api.exportReport({ report: 'earnings', by: 'mood' }), 'DIMENSION_UNKNOWN');
  await expectRefusal(fan.api.analytics.exportReport({ report: 'usage' }), 'NOT_ALLOWED');
  await expectRefusal(api.exportPlatformReport({}), 'NOT_ALLOWED');
  const platform = await lena.api.analytics.exportPlatformReport(range);
  const rows: Record<string, string>[] = parse(await platform.text(), { columns: true });
  const { totals: all } = await lena.api.analytics.getPlatformReport(range);
  expect(total(rows, 'generations')).toBe(String(all.generations));
});

test('the statement of a month is to be had on paper, with the figures of its page', async () => {
  const month = '2026-11';
  const statement = await creator.api.earnings.getStatement({ month });
  const file = await creator.api.earnings.getStatementPdf({ month });
  expect([file.name, file.type]).toEqual([`statement-${month}.pdf`, 'application/pdf']);
  const pdf = await getDocumentProxy(new Uint8Array(await file.arrayBuffer()));
  const { info } = await pdf.getMetadata();
  expect(info).toMatchObject({ Title: 'Statement for November 2026', Language: 'en' });
  const { text, totalPages } = await extractText(pdf, { mergePages: false });
  for (const [at, page] of text.entries()) expect(page).toContain(`Page ${at + 1} of ${totalPages}`);
  const words = text.join('\n').replaceAll('\n', ' ');
  for (const { account, opening_micros, movements, closing_micros } of statement.accounts) {
    const { name, why } = accountWords[account];
    const lines = [
      `${name} ${why}`,
      `Opening ${credits(opening_micros)}`,
      ...movements.map((one) => `${movementName(one.kind)} ${one.count} ${signed(one.amount_micros)}`),
      `Closing ${credits(closing_micros)}`,
    ];
    expect(words).toContain(lines.join(' '));
  }
  expect(statement.lines.length).toBeGreaterThan(MADE);
  for (const line of statement.lines)
    expect(words).toContain(`${accountWords[line.account].name} ${signed(line.amount_micros)}`);
  expect(statement).toMatchObject({ page: 1, pages: 1, pdf_parts: 1 });
  await expectRefusal(creator.api.earnings.getStatementPdf({ month, part: 2 }), 'NOT_FOUND');
  await expectRefusal(creator.api.earnings.getStatement({ month, page: 2 }), 'NOT_FOUND');
  await expectRefusal(creator.api.earnings.getStatementPdf({ month: '2027-01' }), 'NOT_YET');
});

test('it is nobody else’s, can be deleted, and is gone after its days', async () => {
  const one = await ordered({ dataset: 'usage', format: 'parquet', range: '7d', grain: 'hour' });
  const other = await world.creator('tonfall');
  await expectRefusal(other.api.analytics.getExport({ id: one.id }), 'NOT_FOUND');
  await expectRefusal(other.api.analytics.deleteExport({ id: one.id }), 'NOT_FOUND');
  await expectRefusal(fan.api.analytics.listExports({}), 'NOT_ALLOWED');
  await expectRefusal(creator.api.analytics.createExport({ ...BAD, zone: 'Mars/Olympus' }), 'ZONE_UNKNOWN');
  await creator.api.analytics.deleteExport({ id: one.id });
  await expectRefusal(creator.api.analytics.getExport({ id: one.id }), 'NOT_FOUND');
  const kept = await ordered({ dataset: 'usage', format: 'csv', range: '7d' });
  clock.set(new Date(new Date(kept.expires_at ?? '').getTime() + 1));
  creator = await world.creator('mira-solberg');
  expect((await creator.api.analytics.getExport({ id: kept.id })).state).toBe('expired');
  const late = await fetch(`${world.url}/api/v1/analytics/exports/${kept.id}/file`, {
    headers: sent(creator),
  });
  expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([410, 'EXPORT_EXPIRED']);
});
const BAD: Wish = { dataset: 'usage', format: 'csv', range: '7d' };
