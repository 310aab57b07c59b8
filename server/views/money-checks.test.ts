import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, releaseOf } from '../../tests/acts.ts';
import { financePerson, generate, idOf } from '../../tests/finance.ts';
import { scriptedEngine } from '../../tests/scripted-engine.ts';
import { startWorld, type World } from '../../tests/world.ts';
import {
  availableEarnings,
  budgetOf,
  caseHold,
  creditsSold,
  frozenCredits,
  paidCredits,
  pendingEarnings,
  platformEarnings,
  promoCredits,
  promoIssued,
  receivable,
} from '../chart-of-accounts.ts';
import { gains, gives, posted } from '../flows/postings/movement.ts';
import { type AccountId, type CaseId, newId, type PurchaseId, type TransactionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { dayOf } from '../kit/clock.ts';
import { type Database, openDatabase, type Tx } from '../kit/database.ts';
import type { Leg } from '../modules/ledger/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { MONEY_CHECKS } from './money-checks.ts';

let world: World;
/** As its owner: the product itself could not do most of what follows. */
let database: Database;
let creator: AccountId;
let member: AccountId;
let today: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine() });
  database = openDatabase(present(world.context.config.database_url, 'the address of the database'));
  const mira = await world.creator('mira-solberg');
  const kira = await world.member('kira');
  const lena = await financePerson(world, 'lena');
  const omar = await financePerson(world, 'omar');
  await buy(kira, 'pack-1000');
  const release_id = await releaseOf(kira);
  const [one, two, three] = [
    await generate(kira, release_id, 'paid'),
    await generate(kira, release_id, 'paid'),
    await generate(kira, release_id, 'promo'),
  ];
  await generate(kira, release_id, 'paid');
  await lena.api.finance.createRefund({ id: one, reason: 'Black' });
  await lena.api.finance.createCase({
    headers: { 'idempotency-key': randomUUID() },
    body: { generation_ids: [two, three], reason: 'Why' },
  });
  const { id } = await lena.api.finance.createAdjustment({
    headers: { 'idempotency-key': randomUUID() },
    body: {
      handle: 'mira-solberg',
      direction: 'give',
      amount_micros: '100',
      reason: 'goodwill',
      memo: 'Sorry',
    },
  });
  await omar.api.finance.createAdjustmentApproval({ id });
  creator = await idOf(mira);
  member = await idOf(kira);
  today = dayOf(world.context.clock.now());
});
afterAll(async () => {
  await database.close();
  await world.end();
});

/** What the checks find after something was done that nobody may do. It is undone again. */
async function foundAfter(fault: (tx: Tx) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  const undone = new Error('undone');
  const trying = database.inTransaction(async (tx) => {
    await fault(tx);
    for (const [name, query] of Object.entries(MONEY_CHECKS))
      if ((await ledger.exceptions(tx, name, query)).length > 0) found.push(name);
    throw undone;
  });
  await expect(trying).rejects.toBe(undone);
  return found;
}

const post =
  (kind: string, ...legs: Leg[]) =>
  (tx: Tx) => {
    const id = newId<TransactionId>(world.context.clock.now());
    return ledger.post(tx, posted({ id, kind, memo: 'a fault' }, [legs]), world.context.clock.now());
  };
const run = (statement: string) => (tx: Tx) => sql.raw(statement).execute(tx);
const stranger = newId<AccountId>(new Date());

const FAULTS: [what: string, fault: () => (tx: Tx) => Promise<unknown>, found: string][] = [
  [
    'credits are sold for no dollars',
    () => post('purchase', gives(creditsSold, 100n), gains(paidCredits(member), 100n)),
    'deferred revenue is the paid credits of members at one cent',
  ],
  [
    'a budget is funded with no dollars',
    () => post('fund', gives(promoIssued, 100n), gains(budgetOf('welcome'), 100n)),
    'the promo reserve is promo credits and what waits to vest at one cent',
  ],
  [
    'the same, seen from our own dollars',
    () => post('fund', gives(promoIssued, 100n), gains(budgetOf('welcome'), 100n)),
    'our dollars for promo credits are all those that were funded',
  ],
  [
    'promo credits become earnings as if they had been bought',
    () => post('charge', gives(promoCredits(member), 100n), gains(platformEarnings, 100n)),
    'earned revenue is what creators have and owe, and our part, at one cent',
  ],
  [
    'somebody is charged for nothing',
    () => post('charge', gives(paidCredits(member), 100n), gains(platformEarnings, 100n)),
    'each succeeded generation is charged exactly once, and nothing else is',
  ],
  [
    'half of a movement is posted',
    () => async (tx) => {
      const legs = [gives(budgetOf('welcome'), 100n), gains(promoCredits(member), 100n)];
      const id = newId<TransactionId>(new Date());
      const [half] = posted({ id, kind: 'grant', memo: 'a fault' }, [legs]);
      return half && ledger.post(tx, [half], new Date());
    },
    'every transaction leaves transit at zero',
  ],
  [
    'earnings wait in the wrong day',
    () =>
      post(
        'maturity',
        gives(pendingEarnings(creator, today), 7n),
        gains(pendingEarnings(creator, '2020-01-01'), 7n),
      ),
    'what waits of each day is what the lines of that day still are',
  ],
  [
    'earnings mature that are not there',
    () =>
      post(
        'maturity',
        gives(pendingEarnings(creator, '2020-01-01'), 7n),
        gains(availableEarnings(creator), 7n),
      ),
    'nobody is owed less than nothing in pending or vesting, and nobody owes less than nothing',
  ],
  [
    'a debt is paid that is none',
    () => post('maturity', gives(pendingEarnings(creator, today), 7n), gains(receivable(creator), 7n)),
    'nobody is owed less than nothing in pending or vesting, and nobody owes less than nothing',
  ],
  [
    'earnings go to somebody else',
    () =>
      post('maturity', gives(pendingEarnings(creator, today), 7n), gains(availableEarnings(stranger), 7n)),
    'the lines of a person, reversals and adjustments, add up to what lies for the person',
  ],
  [
    'a refund is posted and not written down',
    () => post('refund', gives(pendingEarnings(creator, today), 100n), gains(paidCredits(member), 100n)),
    'each reversal is what the journal posted, and nothing else was reversed',
  ],
  [
    'a refund is written down otherwise than it was posted',
    () => run('update earnings.reversal_line set pending_micros = pending_micros - 1'),
    'each reversal is what the journal posted, and nothing else was reversed',
  ],
  [
    'more is refunded than was charged',
    () => run('update earnings.reversal set paid_micros = paid_micros + 1'),
    'no more of a generation is reversed than was charged, and no more of a line than was earned',
  ],
  [
    'a case holds what nobody wrote down',
    () =>
      post(
        'hold-for-case',
        gives(pendingEarnings(creator, today), 7n),
        gains(caseHold(newId<CaseId>(new Date()), creator), 7n),
      ),
    'each open case holds what its lines say, and each resolved one nothing',
  ],
  [
    'a case is resolved and goes on holding',
    () =>
      run(
        `insert into earnings.resolution select id, 'cleared', 'a fault', opened_by, opened_at from earnings.case`,
      ),
    'each open case holds what its lines say, and each resolved one nothing',
  ],
  [
    'credits are frozen that nobody disputes',
    () =>
      post(
        'freeze',
        gives(paidCredits(member), 100n),
        gains(frozenCredits(newId<PurchaseId>(new Date())), 100n),
      ),
    'only what is disputed is frozen',
  ],
  [
    'an adjustment is changed after it was approved',
    () => run('update earnings.adjustment set amount_micros = amount_micros + 1'),
    'each adjustment was approved by a second person, and is what the journal posted',
  ],
  [
    'somebody approved what they proposed',
    () =>
      run(
        `update earnings.adjustment set proposed_by = (select approved_by from earnings.adjustment_approval)`,
      ),
    'each adjustment was approved by a second person, and is what the journal posted',
  ],
  [
    'a generation is said to have vested that did not',
    () =>
      run(
        `insert into earnings.vested select generation_id, 1, settled_at from earnings.line where vesting_micros > 0 limit 1`,
      ),
    'as many generations vested as were posted',
  ],
  [
    'a line is forgotten',
    () =>
      run(`delete from earnings.line l where not exists (select from earnings.reversal_line x where x.generation_id = l.generation_id)
           and not exists (select from earnings.case_line c where c.generation_id = l.generation_id)`),
    'the lines of a person, reversals and adjustments, add up to what lies for the person',
  ],
];

test('nothing is found where nothing is wrong', async () => {
  expect(await foundAfter(async () => {})).toEqual([]);
});

test.each(FAULTS)('found: %s', async (_what, fault, found) => {
  expect(await foundAfter(fault())).toContain(found);
});
