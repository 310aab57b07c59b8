import { randomInt } from 'node:crypto';
import path from 'node:path';
import { inWords } from '@stellary/proofs';
import { boot } from '../boot.ts';
import { inStelai } from '#api/rewards/stelai-words.ts';
import { readConfig } from '../config.ts';
import type { Context } from '../context.ts';
import { changeRole } from '../flows/change-role.ts';
import { signUp } from '../flows/sign-up.ts';
import type { AccountId } from '../ids.ts';
import { DAY_MS, settableClock } from '../kit/clock.ts';
import { findingsOf } from '../kit/findings.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { verifyMoney } from '../views/invariants.ts';
import { ROAD_DAYS } from './applications.ts';
import { liveThroughAMonth } from './month.ts';
import { walletFile, whoIsPaid } from './payout.ts';
import { STAFF } from './people.ts';

/** `npm run demo`: fills the installation with a month of life, made by the product's own acts. */
/** A little more, so that what waits a month for an answer has waited. */
const MONTH_MS = ROAD_DAYS * DAY_MS;
/** So long before it people join, so that those who vote in its first round are known by then. */
const BEFORE_MS = 32 * DAY_MS;
const say = (line: string) => void process.stderr.write(`[demo] ${line}\n`);

const config = readConfig();
const to = new Date();
const clock = settableClock(new Date(to.getTime() - MONTH_MS - BEFORE_MS));
const { context, stop } = await boot({ ...config, roles: [], log_level: 'warn' }, { clock, say }).catch(
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
context.origins.public = config.public_url ?? `http://${config.host}:${config.port}`;

try {
  const password = somePassword();
  if (await identity.accountByEmail(context.db, 'noor@demo.example')) {
    say('the demo world is here already: new passwords for its accounts');
    clock.set(to);
    await giveSignIns(context, password);
    await letIn(context, await whoIsPaid(context), password);
  } else {
    const since = await earliest(context);
    const from = new Date(Math.max(since.getTime(), to.getTime() - MONTH_MS));
    say(
      `living through ${Math.round((to.getTime() - from.getTime()) / 3_600_000)} hours with real models; this takes a few minutes`,
    );
    clock.set(since);
    await giveSignIns(context, password);
    await liveThroughAMonth(context, clock, { since, from, to }, password, say);
  }
  const found = await verifyMoney(context.db);
  if (found.violations.length > 0)
    throw new Error(`the books do not balance:\n${inWords(findingsOf(found)).join('\n')}`);
  say('done, and the books balance');
  process.stdout.write(`\nSign in with the password  ${password}\n\n`);
  for (const { role, email } of STAFF) process.stdout.write(`  ${role.padEnd(10)} ${email}\n`);
  const paid = await whoIsPaid(context);
  if (paid) process.stdout.write(`  ${'winner'.padEnd(10)} ${paid.email}\n`);
  const where = config.data_dir === path.resolve('data') ? '' : `DATA_DIR=${config.data_dir} `;
  process.stdout.write(`\nNow: ${where}npm start\n\n`);
  if (paid)
    process.stdout.write(
      `The winner has ${inStelai(paid.amount_nanos)} on the way. At /rewards they can be claimed a minute or two after\nthe start: have them sent by the house. The key of the wallet lies in ${walletFile(context)}\n\n`,
    );
} finally {
  await stop();
}

/** The world can be no older than the agreements under which it earns, or than what has happened in it. */
async function earliest({ db }: Context): Promise<Date> {
  const last = await generation.lastStarted(db);
  const published = await registry.lastPublished(db);
  return new Date(Math.max(clock.now().getTime(), last?.getTime() ?? 0, published?.getTime() ?? 0) + 1_000);
}

async function giveSignIns(world: Context, password: string): Promise<void> {
  const at = world.clock.now();
  const admin = STAFF.at(-1);
  let admin_id: Awaited<ReturnType<typeof signUp>>['account']['id'] | null = null;
  for (const person of [admin, ...STAFF.slice(0, -1)]) {
    if (!person) continue;
    const known = await identity.accountByEmail(world.db, person.email);
    if (known) {
      const password_hash = await identity.hashNewPassword(password, person.email);
      await world.database.inTransaction(async (tx) => {
        if (person.email.endsWith('@house.invalid'))
          await identity.openHouseToSignIn(tx, known.id, password_hash);
        else await identity.changePassword(tx, { account_id: known.id, password_hash });
      });
      if (person === admin) admin_id = known.id;
      continue;
    }
    const { account } = await signUp(world, identity.nobody, { ...person, password }, { user_agent: 'demo' });
    if (person === admin) {
      admin_id = account.id;
      await world.database.inTransaction((tx) =>
        identity.grantRole(tx, { account_id: account.id, role: 'admin', by: account.id }, at),
      );
    } else if (admin_id && person.role !== 'member') {
      await changeRole(world, admin_id, { do: 'grant', account_id: account.id, role: person.role });
    }
  }
}

/** Whoever won can be looked over the shoulder too. */
async function letIn(
  { database }: Context,
  someone: { person_id: AccountId; email: string } | null,
  password: string,
): Promise<void> {
  if (!someone) return;
  const { person_id: account_id, email } = someone;
  const password_hash = await identity.hashNewPassword(password, email);
  await database.inTransaction((tx) => identity.changePassword(tx, { account_id, password_hash }));
}

/** Four words: made anew each time, so that no installation anywhere has a password that is known. */
function somePassword(): string {
  const words =
    'amber basil cedar delta ember fjord grove heron indigo juniper kelp lunar maple nectar opal pine quartz river saffron tundra umber violet willow zephyr'.split(
      ' ',
    );
  return (
    Array.from({ length: 4 }, () => words[randomInt(words.length)]).join('-') + `-${randomInt(100, 999)}`
  );
}
