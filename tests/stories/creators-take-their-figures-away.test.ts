import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { subscribersNow } from '../../server/kit/outbox.ts';
import * as analytics from '../../server/modules/analytics/index.ts';
import { buy, releaseOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { financePerson, generate } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-10T10:00:00Z'));
const MADE = 3;
let world: World;
let creator: Visitor;
let fan: Visitor & { email: string };

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = await world.creator('mira-solberg');
  fan = await world.member('kira');
  await buy(fan, 'pack-1000');
  const release_id = await releaseOf(fan);
  const made: string[] = [];
  for (let n = 0; n < MADE; n += 1) made.push(await generate(fan, release_id, 'paid'));
  const lena = await financePerson(world, 'lena');
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
    expect(text, dataset).not.toMatch(/kira|prompt|payer_id/);
  }
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
