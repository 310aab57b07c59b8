import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, ended, releaseOf, start } from '../../tests/acts.ts';
import { scriptedEngine } from '../../tests/scripted-engine.ts';
import { startWorld, type World } from '../../tests/world.ts';
import { present } from '../kit/assert.ts';
import { settableClock } from '../kit/clock.ts';
import { type Database, openDatabase, type Tx } from '../kit/database.ts';
import { STATEMENT_TYPE } from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { closeWhatIsOver } from '../roles/worker.ts';
import { MONEY_CHECKS } from './money-checks.ts';
import { verifyPublished } from './published.ts';

const clock = settableClock(new Date('2026-11-29T12:00:00Z'));
let world: World;
/** As its owner: the product itself could not change what it has sealed. */
let database: Database;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  database = openDatabase(present(world.context.config.database_url, 'the address of the database'));
  const kira = await world.member('kira');
  await buy(kira, 'pack-1000');
  const { id } = await start(kira, { release_id: await releaseOf(kira), spend_first: 'paid' });
  await ended(kira, id);
  clock.set(new Date('2026-12-02T12:00:00Z'));
  while ((await closeWhatIsOver(world.context)) > 0);
});
afterAll(async () => {
  await database.close();
  await world.end();
});

/** What is found in the database alone, and with the keys, after somebody changed what nobody may change. */
async function foundAfter(fault: string): Promise<string[]> {
  const undone = new Error('undone');
  const found: string[] = [];
  const trying = database.inTransaction(async (tx) => {
    await sql.raw(`set local session_replication_role = replica; ${fault}`).execute(tx);
    for (const [name, query] of Object.entries(MONEY_CHECKS))
      if ((await ledger.exceptions(tx, name, query)).length > 0) found.push(name);
    found.push(...(await published(tx)));
    throw undone;
  });
  await expect(trying).rejects.toBe(undone);
  return found;
}
async function published(tx: Tx): Promise<string[]> {
  const { signer } = world.context;
  const { checked, violations } = await verifyPublished(tx, signer.jwks(), (jws) =>
    signer.verify(jws, STATEMENT_TYPE),
  );
  expect(checked).toHaveLength(4);
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

test('nothing is found where nothing is wrong, and there was something to look at', async () => {
  expect(await foundAfter('select 1')).toEqual([]);
  const { rows } = await database.pool.query(`
    select (select count(*)::int from earnings.liability_day) as days, (select count(*)::int from earnings.statement) as statements`);
  expect(rows).toEqual([{ days: 6, statements: 2 }]);
});

const SIGNED = 'each published total of what is owed is signed by a key of ours and is what was signed';
const FAULTS: [what: string, fault: string, found: string][] = [
  [
    'somebody is owed less than was published',
    `update earnings.liability_leaf set amount_micros = amount_micros - 1 where holder_id is not null and amount_micros > 0`,
    'each published root is that of its leaves as they are',
  ],
  [
    'a leaf is taken out',
    `delete from earnings.liability_leaf where holder_id is not null`,
    'each day that was published is the sum of its leaves',
  ],
  [
    'a total is made smaller together with its leaves',
    `update earnings.liability_leaf set amount_micros = 0; update earnings.liability_day set total_micros = 0`,
    'each day that was published says what the ledger owed at its end',
  ],
  [
    'a total is not what was signed',
    `update earnings.liability_day set total_micros = total_micros + 1`,
    SIGNED,
  ],
  [
    'a signature is of another day',
    `update earnings.liability_day d set jws = o.jws from earnings.liability_day o where o.liability = d.liability and o.day = d.day + 1`,
    SIGNED,
  ],
  [
    'a day is taken out',
    `delete from earnings.liability_leaf where day = '2026-11-30'; delete from earnings.liability_day where day = '2026-11-30'`,
    'each published day names the one before it, and no day is left out',
  ],
  [
    'a statement is written anew',
    `update earnings.statement set canonical = replace(canonical, '"charge"', '"gift"')`,
    'each statement is the one that was sealed, and its lines lead from its openings to its closings',
  ],
  [
    'a statement is written anew, with its digest',
    `update earnings.statement set canonical = replace(canonical, '"charge"', '"gift"');
     update earnings.statement set digest = 'sha256:' || encode(sha256(convert_to(canonical, 'UTF8')), 'hex')`,
    'each sealed statement is signed by a key of ours',
  ],
  [
    'a statement opens with something from nowhere',
    `update earnings.statement set canonical = regexp_replace(canonical, '"opening_micros":"0"', '"opening_micros":"5"')`,
    'each statement opens with what the one before it closed with',
  ],
];

test.each(FAULTS)('found: %s', async (_what, fault, found) => {
  expect(await foundAfter(fault)).toContain(found);
});
