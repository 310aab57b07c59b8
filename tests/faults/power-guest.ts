import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import { verifyMedia, verifyMoney } from '../../server/views/invariants.ts';
import { scriptedEngine, succeedsAfter } from '../scripted-engine.ts';
import { gather } from './crowd.ts';

/**
 * What runs in the guest of power-run.ts: recovers, says what is there, and lets people generate and buy until the power
 * goes. Each line of the console is out of the guest the moment it is written, so an acknowledgement that the host
 * has read was given, whatever becomes of the guest's disk.
 */
const { GUEST_OUT = '', GUEST_DURABLE = 'yes' } = process.env;
const PEOPLE = 3;

const tell = (...words: string[]) => void process.stdout.write(`GUEST ${words.join(' ')}\n`);

const config = readConfig({
  DATA_DIR: '/run/disk/product',
  PORT: '3000',
  LOG_LEVEL: 'silent',
  RUNNER_SLOTS: '2',
});
const engine = scriptedEngine(succeedsAfter(5));
const running = await boot(config, {
  engine,
  durable: GUEST_DURABLE === 'yes',
  say: (line) => tell('says', line),
}).catch(unopenable);
const { context } = running;

await look().catch(async (error: unknown) => {
  tell('says', String(error).replaceAll('\n', ' '));
  // PostgreSQL throws everybody out when one of its processes dies, and is back at once
  await sleep(5_000);
  await look().catch(unopenable);
});
tell('recovered');

const crowd = await gather(context.origins.public, PEOPLE, {
  name: `${Date.now()}-`,
  onAcknowledged: (_person, key, id) => tell('acknowledged', key, id),
});
for (;;) {
  tell('in-flight', String(crowd.in_flight));
  await sleep(50);
}

/** What is there after the recovery, and whether it is whole. */
async function look(): Promise<void> {
  const { rows } = await context.database.pool.query<{ key: string; subject: string }>(
    'select key, subject from kit.idempotency where subject is not null',
  );
  keep('present', rows.map(({ key, subject }) => `${key} ${subject}\n`).join(''));
  for (const { violations } of [await verifyMoney(context.db), await verifyMedia(context)])
    for (const { invariant, subject } of violations) tell('violation', `${invariant}: ${subject}`);
}

function unopenable(error: unknown): never {
  tell('unopenable:', String(error).replaceAll('\n', ' '));
  process.exit(1);
}

/** On the host, through the guest's cache. */
function keep(name: string, text: string): void {
  const fd = openSync(path.join(GUEST_OUT, name), 'w');
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
}
