import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { boot, type Running } from '../../server/boot.ts';
import type { ChainSetting } from '../../server/chain-setting.ts';
import { readConfig } from '../../server/config.ts';
import type { Context } from '../../server/context.ts';
import { indexOnce } from '../../server/flows/index-chain.ts';
import { EmbeddedChainFailed } from '../../server/kit/embedded-chain.ts';
import * as rewards from '../../server/modules/rewards/index.ts';
import { ChainRefused } from '../../server/rewards-chain.ts';
import { chainHealth } from '../../server/views/health.ts';
import { eventually } from '../eventually.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

const STELAI = 10n ** 18n;
const MILLION_NANOS = 1_000_000n * 10n ** 9n;

const data_dir = fs.mkdtempSync(path.join(os.tmpdir(), 'stellary-chain-'));
const state_file = path.join(data_dir, 'chain/state.json.gz');
let database: FreshDatabase | undefined;
let running: Running | undefined;
afterAll(async () => {
  await running?.stop();
  await database?.drop();
  fs.rmSync(data_dir, { recursive: true, force: true });
});

/** Without roles: nothing is booked but when somebody says so. */
async function start(more: Partial<Extract<ChainSetting, { kind: 'embedded' }>> = {}): Promise<Running> {
  database ??= await freshDatabase();
  const config = readConfig({ DATA_DIR: data_dir, DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
  const chain = { kind: 'embedded' as const, is_asked_for: true, delay_s: 1n, grace_s: 60n, ...more };
  return boot({ ...config, chain, roles: [] }, { durable: false, chain_block_ms: 50 });
}

const refused = (error: unknown) =>
  error instanceof ChainRefused || error instanceof EmbeddedChainFailed ? error.code : error;

/** Books what is final until so much was paid in. */
const booked = (context: Context, nanos: bigint) =>
  eventually('what was paid in is in the books', async () => {
    await indexOnce(context);
    const { chain_nanos, agrees } = (await rewards.lastReconciliation(context.db)) ?? {};
    return agrees === true && chain_nanos === nanos;
  });

test('a machine for which there is no anvil has no chain, and says so to whoever asked for one', async () => {
  const arch = Object.getOwnPropertyDescriptor(process, 'arch')!;
  Object.defineProperty(process, 'arch', { ...arch, value: 'mips' });
  try {
    expect(await start().catch(refused)).toBe('CHAIN_NO_BINARY');
    running = await start({ is_asked_for: false });
  } finally {
    Object.defineProperty(process, 'arch', arch);
  }
  const { context } = running;
  expect([context.chain, context.config.chain.kind]).toEqual([null, 'none']);
  expect(await chainHealth(context, { database: true })).toBe('none');
  await running.stop();
});

test('the chain goes on where it was, and the books with it; with another chain nothing goes on', async () => {
  running = await start();
  const { distributor } = running.context.chain!;
  await booked(running.context, MILLION_NANOS);
  const cursor = (await rewards.cursorOf(running.context.db))!;
  expect(await start().catch(refused)).toBe('CHAIN_IN_USE');
  await running.stop();
  const early = fs.readFileSync(state_file);

  running = await start();
  const { context } = running;
  expect(context.chain).toMatchObject({ distributor, is_embedded: true });
  expect((await context.chain!.blockAt(cursor.block_number)).hash).toBe(cursor.block_hash);
  await context.chain!.deposit(5n * STELAI);
  await booked(context, MILLION_NANOS + 5_000_000_000n);
  expect(await chainHealth(context, { database: true })).toBe('ok');
  await running.stop();
  const late = fs.readFileSync(state_file);

  // a copy of before: the books know more than this chain does
  fs.writeFileSync(state_file, early);
  running = await start();
  const { context: astray } = running;
  await eventually('it is noticed', async () => (await indexOnce(astray)).did === 'halted_now');
  expect(await chainHealth(astray, { database: true })).toBe('halted');
  await running.stop();

  fs.rmSync(state_file);
  running = undefined;
  expect(await start().catch(refused)).toBe('CHAIN_FORGOT');
  fs.writeFileSync(state_file, late);
  running = await start();
  expect(running.context.chain).toMatchObject({ distributor });
});
