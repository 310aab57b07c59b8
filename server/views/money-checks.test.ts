import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, releaseOf } from '../../tests/acts.ts';
import { financePerson, generate, idOf } from '../../tests/finance.ts';
import { scriptedEngine } from '../../tests/scripted-engine.ts';
import { startWorld, type World } from '../../tests/world.ts';
import {
  availableEarnings,
  budgetOf,
  heldEarnings,
  creditsSold,
  deferredRevenue,
  earnedRevenue,
  frozenCredits,
  paidCredits,
  pendingEarnings,
  platformEarnings,
  promoCredits,
  promoIssued,
  promoReserve,
  receivable,
} from '../chart-of-accounts.ts';
import {
  adjusted,
  budgetFunded,
  dayMatured,
  disputeLost,
  earningsClawedBack,
  generationRefunded,
  packBought,
  payoutPaid,
  payoutReserved,
  promoExpired,
  promoGranted,
  promoLapsed,
  promoVested,
  purchaseDisputed,
  revenueRecognised,
} from '../flows/postings/index.ts';
import { gains, gives, posted } from '../flows/postings/movement.ts';
import {
  type AccountId,
  type AdjustmentId,
  asId,
  type CaseId,
  type GenerationId,
  idOf as idOfWords,
  newId,
  type PayoutId,
  type PurchaseId,
  type TransactionId,
} from '../ids.ts';
import { present } from '../kit/assert.ts';
import { dayOf } from '../kit/clock.ts';
import { type Database, openDatabase, type Tx } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import type { Leg } from '../modules/ledger/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { nameOf, UNEXPLAINED } from './explained.ts';
import { MONEY_CHECKS, notAhead } from './money-checks.ts';

let world: World;
/** As its owner: the product itself could not do most of what follows. */
let database: Database;
let creator: AccountId;
let member: AccountId;
/** Who would like to have what others have. */
let thief: AccountId;
/** Generations of the member: refunded, in a case, charged with promo credits and in a case, and left alone. */
let generations: GenerationId[];
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
  const four = await generate(kira, release_id, 'paid');
  generations = [one, two, three, four].map((id) => asId<GenerationId>(id));
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
  thief = await idOf(await world.member('sly'));
  today = dayOf(world.context.clock.now());
});
afterAll(async () => {
  await database.close();
  await world.end();
});

/** What the checks find after something was done that nobody may do. It is undone again. */
async function foundAfter(fault: (tx: Tx) => Promise<unknown>, by = database): Promise<string[]> {
  const found: string[] = [];
  const undone = new Error('undone');
  const trying = by.inTransaction(async (tx) => {
    await fault(tx);
    const checks = { ...MONEY_CHECKS, ...notAhead(world.context.clock.now()) };
    for (const [name, query] of Object.entries(checks))
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
    nameOf('refund'),
  ],
  [
    'a refund is written down otherwise than it was posted',
    () => run('update earnings.reversal_line set pending_micros = pending_micros - 1'),
    nameOf('refund'),
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
        gains(heldEarnings(newId<CaseId>(new Date()), creator), 7n),
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
    nameOf('adjustment'),
  ],
  [
    'somebody approved what they proposed',
    () =>
      run(
        `update earnings.adjustment set proposed_by = (select approved_by from earnings.adjustment_approval)`,
      ),
    'each adjustment was approved by a second person',
  ],
  [
    'a generation is said to have vested that did not',
    () =>
      run(
        `insert into earnings.vested select generation_id, 1, settled_at from earnings.line where vesting_micros > 0 limit 1`,
      ),
    nameOf('vesting'),
  ],
  [
    'a line is forgotten',
    () =>
      run(`delete from earnings.line l where not exists (select from earnings.reversal_line x where x.generation_id = l.generation_id)
           and not exists (select from earnings.case_line c where c.generation_id = l.generation_id)`),
    'the lines of a person, reversals and adjustments, add up to what lies for the person',
  ],
];

const postAll = (postings: () => ledger.Posting[]) => (tx: Tx) =>
  ledger.post(tx, postings(), world.context.clock.now());
const newTransaction = () => newId<TransactionId>(world.context.clock.now());

/** A generation like another one, as far as the tables that the product may write go: charged, lined, and with a receipt. */
const forged =
  (change: { payee?: AccountId; split?: AccountId; charged?: bigint; said?: bigint }) =>
  async (tx: Tx): Promise<void> => {
    const like = present(generations[3], 'a generation that was paid for');
    const id = newId<GenerationId>(world.context.clock.now());
    const { charged = 1_000_000n, said = charged, payee = creator } = change;
    const split = change.split
      ? `jsonb_set(terms, '{split,parts}', '[{"person_id": "${change.split}", "role": "creator", "part_ppm": 1000000}]')`
      : 'terms';
    await run(`
      insert into generation.generation
      select (jsonb_populate_record(g, jsonb_build_object('id', '${id}', 'terms', ${split}, 'price_micros', ${said},
        'promo_micros', 0, 'paid_micros', ${said}, 'charged_micros', ${said}))).*
      from generation.generation g where id = '${like}'`)(tx);
    const earned = (said * 7n) / 10n;
    const parts = [
      {
        role: 'creator',
        person_id: payee,
        amount_micros: `${earned}`,
        pending_micros: `${earned}`,
        vesting_micros: '0',
      },
      {
        role: 'platform',
        person_id: null,
        amount_micros: `${said - earned}`,
        pending_micros: `${said - earned}`,
        vesting_micros: '0',
      },
    ];
    const receipt = JSON.stringify({ parts });
    await run(`
      insert into earnings.line select '${id}', '${payee}', role, model_id, settled_at, matures_day, ${said}, ${earned}, ${earned}, 0
      from earnings.line where generation_id = '${like}';
      insert into earnings.receipt (generation_id, settled_at, canonical, digest)
      select '${id}', settled_at, '${receipt}', 'sha256:' || encode(sha256('${receipt}'), 'hex')
      from earnings.receipt where generation_id = '${like}';
      insert into generation.asset (id, generation_id, owner_id, ordinal, modality, digest, extension, mime, bytes, created_at)
      select gen_random_uuid(), '${id}', owner_id, ordinal, modality, digest, extension, mime, bytes, created_at
      from generation.asset where generation_id = '${like}'`)(tx);
    const at = world.context.clock.now();
    await ledger.authorize(tx, [
      { id, first: paidCredits(member), second: null, amount: charged, expires_at: at },
    ]);
    const legs = [
      gives(paidCredits(member), charged),
      gains(pendingEarnings(payee, today), earned),
      gains(platformEarnings, charged - earned),
    ];
    await ledger.capture(tx, [{ id, kind: 'charge', memo: '', legs }, revenueRecognised(id, charged)], at);
  };

/** Takes a generation back with all its postings in order, and of no creator: our part bears it. */
const takenBackOfUs =
  (
    cause: 'refund' | 'chargeback' | 'forfeit' | 'lapse',
    of: number,
    taken: { paid?: bigint; promo?: bigint },
  ) =>
  async (tx: Tx): Promise<void> => {
    const { paid = 0n, promo = 0n } = taken;
    const id = newTransaction();
    await run(`
      insert into earnings.reversal values ('${id}', '${generations[of]}', '${cause}', null, 'Ours', ${paid}, ${promo}, now());
      select kit.append_audit(now(), 'somebody', 'generation.refund', '${generations[of]}', '{}')`)(tx);
    const half = (amount: bigint) => ({ amount, creators: [], platform: amount });
    const postings =
      cause === 'refund'
        ? generationRefunded(id, member, half(paid), { ...half(promo), state: 'vesting' }, '')
        : cause === 'chargeback'
          ? earningsClawedBack(id, half(paid), 'test', '')
          : cause === 'lapse'
            ? promoLapsed(id, half(promo), [{ budget: 'welcome', amount: promo }])
            : [];
    if (postings.length > 0) await ledger.post(tx, postings, world.context.clock.now());
  };

const OF_ALL_LINES =
  'what refunds, chargebacks, forfeits and lapses took back they took of all lines alike, and claims moved the rest';

const UNDER_TERMS =
  'each generation was charged under terms that were agreed, and each line is what they say, to the micro-credit';

/** What somebody could post who has the product's own role: it sums to zero, in credits and in dollars, and is theft. */
const THEFTS: [what: string, theft: () => (tx: Tx) => Promise<unknown>, found: string][] = [
  [
    'a member’s credits go to another member, as something that there is not',
    () => post('gift', gives(paidCredits(member), 100n), gains(paidCredits(thief), 100n)),
    UNEXPLAINED,
  ],
  ...['purchase', 'refund', 'unfreeze', 'chargeback', 'adjustment', 'release-of-case'].map(
    (kind): (typeof THEFTS)[number] => [
      `a member’s credits go to another member, as ${kind}`,
      () => post(kind, gives(paidCredits(member), 100n), gains(paidCredits(thief), 100n)),
      nameOf(kind),
    ],
  ),
  [
    'credits are bought that nobody bought',
    () =>
      postAll(() =>
        packBought(newId(new Date()), thief, { paid_micros: 1_000_000n, promo_micros: 0n, memo: 'Pack' }),
      ),
    nameOf('purchase'),
  ],
  [
    'somebody else is given what a purchase brings',
    () => async (tx) => {
      const id = newId<PurchaseId>(new Date());
      const bought = { buyer_id: member, pack: 'pack-1000', promo_micros: 0n, provider: 'test' } as const;
      await earnings.insertPurchase(tx, { id, ...bought, paid_micros: 100n, bought_at: new Date() });
      const sold = { paid_micros: 100n, promo_micros: 0n, memo: 'Pack' };
      return ledger.post(tx, packBought(id, thief, sold), world.context.clock.now());
    },
    nameOf('purchase'),
  ],
  [
    'a generation is refunded, and nobody wrote it down',
    () =>
      postAll(() => {
        const creators = [{ creator, from: { of_day: today }, amount: 700_000n }];
        return generationRefunded(
          newTransaction(),
          member,
          { amount: 1_000_000n, creators, platform: 300_000n },
          { state: 'vesting', amount: 0n, creators: [], platform: 0n },
          'Drift',
        );
      }),
    nameOf('refund'),
  ],
  [
    'more is refunded than the generation cost',
    () => async (tx) => {
      const id = newTransaction();
      await run(`
        insert into earnings.reversal values ('${id}', '${generations[3]}', 'refund', null, 'More', 3000000, 0, now());
        select kit.append_audit(now(), 'somebody', 'generation.refund', '${generations[3]}', '{}')`)(tx);
      const paid = { amount: 3_000_000n, creators: [], platform: 3_000_000n };
      const promo = { state: 'vesting', amount: 0n, creators: [], platform: 0n } as const;
      return ledger.post(tx, generationRefunded(id, member, paid, promo, ''), world.context.clock.now());
    },
    'no more of a generation is reversed than was charged, and no more of a line than was earned',
  ],
  [
    'a refund goes to somebody who did not pay',
    () => async (tx) => {
      const id = newTransaction();
      await run(
        `insert into earnings.reversal values ('${id}', '${generations[3]}', 'refund', null, 'To me', 300000, 0, now())`,
      )(tx);
      const paid = { amount: 300_000n, creators: [], platform: 300_000n };
      const promo = { state: 'vesting', amount: 0n, creators: [], platform: 0n } as const;
      return ledger.post(tx, generationRefunded(id, thief, paid, promo, ''), world.context.clock.now());
    },
    nameOf('refund'),
  ],
  [
    'a generation is refunded that nobody decided to refund',
    () =>
      run(
        `insert into earnings.reversal values (gen_random_uuid(), '${generations[3]}', 'refund', null, '', 0, 0, now())`,
      ),
    'each reversal was decided: by a refund, or by how its case was resolved',
  ],
  [
    'what a generation earned goes to somebody who is not in the split',
    () => forged({ payee: thief }),
    UNDER_TERMS,
  ],
  [
    'and the split on the generation is changed to say so',
    () => forged({ payee: thief, split: thief }),
    UNDER_TERMS,
  ],
  [
    'more is captured than the generation says that it costs',
    () => forged({ charged: 5_000_000n, said: 1_000_000n }),
    'each succeeded generation is charged exactly once, and nothing else is',
  ],
  [
    'a creator is given something that nobody approved',
    () => async (tx) => {
      const id = newId<AdjustmentId>(new Date());
      await run(
        `insert into earnings.adjustment values ('${id}', '${thief}', 'give', 100, 'goodwill', '', '${member}', now())`,
      )(tx);
      const change = { reason: 'goodwill', available: 100n, receivable: 0n, memo: '' } as const;
      return ledger.post(tx, adjusted(id, thief, change), world.context.clock.now());
    },
    nameOf('adjustment'),
  ],
  [
    'more matures than waited',
    () => postAll(() => dayMatured(creator, today, 1_000_000_000n, 0n)),
    'nobody is owed less than nothing in pending or vesting, and nobody owes less than nothing',
  ],
  [
    'earnings mature before their time',
    () => postAll(() => dayMatured(creator, today, 100n, 0n)),
    'each maturity is explained by a day that matured: all that waited, when its time had come',
  ],
  [
    'what one creator earned matures for another',
    () =>
      post('maturity', gives(pendingEarnings(creator, today), 100n), gains(availableEarnings(thief), 100n)),
    'each maturity is explained by a day that matured: all that waited, when its time had come',
  ],
  [
    'promo credits become paid ones, and their dollars with them',
    () => async (tx) => {
      const what = { id: newTransaction(), kind: 'grant', memo: '' };
      const credits = [gives(promoCredits(thief), 100n), gains(paidCredits(thief), 100n)];
      const usd = [gives(promoReserve, 1n), gains(deferredRevenue, 1n)];
      return ledger.post(tx, posted(what, [credits, usd]), world.context.clock.now());
    },
    nameOf('grant'),
  ],
  [
    'somebody is welcomed twice',
    () => postAll(() => promoGranted(newTransaction(), 'welcome', thief, 100_000_000n, 'Welcome credits')),
    nameOf('grant'),
  ],
  [
    'a budget is filled, and nobody says who did it',
    () => postAll(() => budgetFunded(newTransaction(), 'welcome', 100n)),
    nameOf('fund'),
  ],
  [
    'a member’s promo credits go back that were not granted by that budget',
    () => postAll(() => promoExpired(newTransaction(), member, 'pack-bonus', 100n, '')),
    'each expiry is explained by a grant of which something was left',
  ],
  [
    'what a creator may have paid out leaves as a payout',
    () =>
      postAll(() => {
        const payout = newId<PayoutId>(new Date());
        const sum = { amount: 100n, fee: 0n };
        return [...payoutReserved(payout, creator, sum), ...payoutPaid(payout, sum, 'test')];
      }),
    UNEXPLAINED,
  ],
  ...['hold-for-case', 'release-of-case', 'adjustment', 'forfeit', 'clawback'].map(
    (kind): (typeof THEFTS)[number] => [
      `what a creator may have paid out becomes somebody else’s, as ${kind}`,
      () => post(kind, gives(availableEarnings(creator), 100n), gains(availableEarnings(thief), 100n)),
      nameOf(kind),
    ],
  ),
  [
    'our part becomes somebody’s earnings',
    () => post('forfeit', gives(platformEarnings, 100n), gains(availableEarnings(thief), 100n)),
    nameOf('forfeit'),
  ],
  [
    'promo earnings vest that nobody covered',
    () =>
      postAll(() => {
        const parts = [{ creator, amount: 700_000n, to: { of_day: today } }];
        return promoVested(newTransaction(), today, parts, 300_000n);
      }),
    nameOf('vesting'),
  ],
  [
    'a generation is refunded, and its creator keeps what it earned',
    () => takenBackOfUs('refund', 3, { paid: 1_000_000n }),
    OF_ALL_LINES,
  ],
  ['half of a generation is refunded', () => takenBackOfUs('refund', 3, { paid: 500_000n }), OF_ALL_LINES],
  [
    'a generation is refunded that promo credits paid for, and its creator keeps what waits to vest',
    () => takenBackOfUs('refund', 2, { promo: 1_000_000n }),
    OF_ALL_LINES,
  ],
  [
    'a payment is taken back, and nothing of its creator',
    () => takenBackOfUs('chargeback', 3, { paid: 1_000_000n }),
    OF_ALL_LINES,
  ],
  ['a forfeit takes nothing', () => takenBackOfUs('forfeit', 3, {}), OF_ALL_LINES],
  [
    'promo credits lapse, and their creator keeps what waits to vest',
    () => takenBackOfUs('lapse', 2, { promo: 1_000_000n }),
    OF_ALL_LINES,
  ],
  [
    'what one generation is refunded with is taken of what another one earned',
    () => async (tx) => {
      const id = newTransaction();
      await run(`
        insert into earnings.reversal values ('${id}', '${generations[3]}', 'refund', null, '', 1000000, 0, now());
        insert into earnings.reversal_line select '${id}', generation_id, person_id, role, 700000, 0
        from earnings.line where generation_id = '${generations[1]}'`)(tx);
      const creators = [{ creator, from: { of_day: today }, amount: 700_000n }];
      const paid = { amount: 1_000_000n, creators, platform: 300_000n };
      const promo = { state: 'vesting', amount: 0n, creators: [], platform: 0n } as const;
      return ledger.post(tx, generationRefunded(id, member, paid, promo, ''), world.context.clock.now());
    },
    OF_ALL_LINES,
  ],
  ...[
    'what vests of a generation is all that promo credits paid of it',
    'our part of what waits to vest is what promo credits paid of it, less what its lines still are',
  ].map((found): (typeof THEFTS)[number] => [
    `more vests for us than promo credits paid: ${found}`,
    () => async (tx) => {
      const id = idOfWords<TransactionId>('vesting', present(generations[2], 'one paid with promo credits'));
      await run(`insert into earnings.vested values ('${generations[2]}', 1500000, now())`)(tx);
      const parts = [{ creator, amount: 700_000n, to: { of_day: today } }];
      return ledger.post(tx, promoVested(id, today, parts, 800_000n), world.context.clock.now());
    },
    found,
  ]),
  [
    'promo earnings vest for somebody who bought nothing',
    () => async (tx) => {
      await run(`update generation.generation set payer_id = '${thief}' where id = '${generations[2]}';
        insert into earnings.vested values ('${generations[2]}', 1000000, now())`)(tx);
    },
    'no more vests for a payer than their purchases cover',
  ],
  [
    'a member’s credits are frozen for a dispute that there is not',
    () => postAll(() => purchaseDisputed(newId<PurchaseId>(new Date()), member, 100n)),
    nameOf('freeze'),
  ],
  [
    'a payment is taken back that nobody disputed',
    () =>
      postAll(() =>
        disputeLost(
          newId<PurchaseId>(new Date()),
          member,
          { frozen: 0n, in_wallet: 100n, lost: 0n },
          { provider: 'test', fee_micro_usd: 0n },
        ),
      ),
    nameOf('chargeback'),
  ],
  [
    'dollars are said to be earned for which nothing was charged',
    () => post('revenue', gives(deferredRevenue, 1n), gains(earnedRevenue, 1n)),
    nameOf('revenue'),
  ],
];

test('nothing is found where nothing is wrong', async () => {
  expect(await foundAfter(async () => {})).toEqual([]);
});

test.each(FAULTS)('found: %s', async (_what, fault, found) => {
  expect(await foundAfter(fault())).toContain(found);
});

test.each(THEFTS)('found, by whoever has the product’s role: %s', async (_what, theft, found) => {
  expect(await foundAfter(theft(), world.context.database)).toContain(found);
});

test('what is forged in all its records, for nobody’s gain, is found by nothing', async () => {
  expect(await foundAfter(forged({}), world.context.database)).toEqual([]);
});

describe('what says that it was written at a time that is still to come', () => {
  const LATER = `now() + interval '400 days'`;
  test.each([
    `insert into earnings.closed_day select (min(at) at time zone 'UTC')::date, max(id), count(*), sum(n), ${LATER} from ledger.batches`,
    `insert into earnings.matured_day select (min(settled_at) at time zone 'UTC')::date, 0, ${LATER} from earnings.line`,
  ])('is found: %s', async (statement) => {
    const found = await foundAfter(run(statement), world.context.database);
    expect(found).toContain('nothing is closed at a time that is still to come');
  });
});
