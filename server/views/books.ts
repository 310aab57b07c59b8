import type { Books, BooksLine, BooksPromise } from '#api/books/shapes.ts';
import {
  awarded,
  awardsOwedBack,
  cash,
  cashForPromo,
  creditsPaidOut,
  creditsSold,
  deferredRevenue,
  earnedRevenue,
  payoutFees,
  platformEarnings,
  platformPromoEarnings,
  prizeEscrow,
  prizePool,
  prizeReserve,
  prizesRecoverable,
  promoCredits,
  promoIssued,
  promoReserve,
  receivable,
  transit,
  treasuryPromised,
} from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type RoundId } from '../ids.ts';
import { notedHead, readHead } from '../kit/heads.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { MICRO_CREDITS_PER_MICRO_USD, micros, sum } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { BooksEnd } from './heads.ts';
import { rootOf } from './liabilities.ts';
import { momentOf } from './moments.ts';
import { LIKE } from './owed.ts';

/** A row of the page: a kind of account, and in one sentence what it is. */
type Family = { key: string; like: string; asset: ledger.Asset; name: string; why: string };
const family = (key: string, like: string, name: string, why: string, asset: ledger.Asset = 'CREDIT') => ({
  key,
  like,
  asset,
  name,
  why,
});
const ANYBODY = asId<AccountId>('%');

type Side = { key: string; name: string; why: string; owed: Family[]; backing: Family };
/** What the chart of accounts promises, a sentence each. */
const PROMISES: Side[] = [
  {
    key: 'paid',
    name: 'Paid credits',
    why: 'Every paid credit that was not spent is owed to whoever bought it; the dollar-cent it was sold for stays deferred until it is spent, so the two are the same to the last micro-unit.',
    owed: [
      family('paid', LIKE.paid, 'In members’ wallets', 'Credits that members bought and did not spend.'),
      family(
        'frozen',
        LIKE.frozen,
        'Frozen by disputes',
        'Credits of purchases whose payment somebody disputes, until that is decided.',
      ),
    ],
    backing: family(
      'deferred-revenue',
      deferredRevenue.key,
      'Deferred revenue',
      'Dollars received for credits that are not spent: 0.01 each.',
      'USD',
    ),
  },
  {
    key: 'promo',
    name: 'Promo credits',
    why: 'Every promo credit was funded with our own dollars before it was given away, and they stay put aside until what it earned vests; so the reserve covers all of them wherever they are.',
    owed: [
      family('budgets', 'budget:%', 'Budgets', 'Funded and not given away.'),
      family('promo', promoCredits(ANYBODY).key, 'In members’ wallets', 'Given away and not spent.'),
      family(
        'vesting',
        LIKE.vesting,
        'Vesting with creators',
        'What promo credits earned creators, until purchases of the payers cover it.',
      ),
      family(
        'platform-promo',
        platformPromoEarnings.key,
        'Vesting with the platform',
        'Our part of the same, which waits as long.',
      ),
    ],
    backing: family(
      'promo-reserve',
      promoReserve.key,
      'Promo reserve',
      'Our own dollars, put aside at 0.01 for each of them.',
      'USD',
    ),
  },
  {
    key: 'earned',
    name: 'Earned credits',
    why: 'Credits that were spent became earned revenue; what creators have of it, less what some of them owe back, and our own part add up to all of it.',
    owed: [
      family(
        'pending',
        LIKE.pending,
        'Pending with creators',
        'Earned from paid credits, waiting out the hold period.',
      ),
      family(
        'available',
        LIKE.available,
        'Available to creators',
        'Matured: will be payable once payouts open.',
      ),
      family('held', LIKE.held, 'Held by cases', 'Set aside while a question about the generations is open.'),
      family('reserved', LIKE.reserved, 'Reserved for payouts', 'On its way to creators.'),
      family(
        'receivable',
        receivable(ANYBODY).key,
        'Owed by creators',
        'Refunds of what was already paid out, as a debit; later earnings pay it back.',
      ),
      family(
        'adjustments',
        'adjustments:%',
        'Adjustments',
        'What two persons together gave to creators or took from them, from our side.',
      ),
      family('platform', platformEarnings.key, 'The platform’s own part', 'What of spent credits is ours.'),
    ],
    backing: family(
      'earned-revenue',
      earnedRevenue.key,
      'Earned revenue',
      'Dollars behind credits that were spent and have not left in payouts.',
      'USD',
    ),
  },
];

const OTHERS: Family[] = [
  family(
    'sold',
    creditsSold.key,
    'Paid credits sold',
    'All ever sold less what disputes took back, as a debit.',
  ),
  family('issued', promoIssued.key, 'Promo credits funded', 'All ever funded, as a debit.'),
  family('paid-out', creditsPaidOut.key, 'Credits paid out', 'All that left as dollars.'),
  family('cash', cash('test').key.replace(/[^:]+$/, '%'), 'Cash', 'Dollars that we hold, as debits.', 'USD'),
  family(
    'payout-fees',
    payoutFees('test').key.replace(/[^:]+$/, '%'),
    'Fees of payouts',
    'Owed to whoever moves the money.',
    'USD',
  ),
  family('losses', 'losses:%', 'Losses', 'Payments that were taken back when the credits were spent.', 'USD'),
  family(
    'chain',
    'chain:%',
    'On the chain',
    'What lies in the contract that pays winners, as a debit.',
    'STELAI',
  ),
  family(
    'prizes-promised',
    treasuryPromised.key,
    'Promised for prizes',
    'Put aside before there was a chain, and not paid in yet, as a debit.',
    'STELAI',
  ),
  family(
    'prize-reserve',
    prizeReserve.key,
    'Prize reserve',
    'What was put aside before there was a pool, as a debit.',
    'STELAI',
  ),
  family('prizes', prizePool.key, 'Prize pool', 'For prizes, promised to nobody.', 'STELAI'),
  family(
    'escrows',
    prizeEscrow(asId<RoundId>('%')).key,
    'Prize escrows',
    'Prizes of rounds that are not decided.',
    'STELAI',
  ),
  family(
    'awarded',
    awarded(ANYBODY).key,
    'Awarded',
    'Won, accepted or not answered yet, in no epoch.',
    'STELAI',
  ),
  family(
    'committed',
    'wallet:%:committed',
    'Committed',
    'In an epoch, to be claimed by its wallet.',
    'STELAI',
  ),
  family(
    'awards-owed-back',
    awardsOwedBack(ANYBODY).key,
    'Awards owed back',
    'Paid to winners whose places changed later, as a debit.',
    'STELAI',
  ),
  family(
    'prizes-recoverable',
    prizesRecoverable.key,
    'Prizes to come back',
    'What the pool gets of that, once it is taken off later awards.',
    'STELAI',
  ),
  family('transit', transit('CREDIT').key.replace(/[^:]+$/, '%'), 'In transit', 'Zero between any two acts.'),
];
const CASH_FOR_PROMO = family(
  'cash-promo',
  cashForPromo.key,
  'Cash put aside for promo credits',
  'Our own dollars behind the promo reserve, as a debit.',
  'USD',
);
/** An account belongs to the first that it is like. */
const FAMILIES = [CASH_FOR_PROMO, ...PROMISES.flatMap(({ owed, backing }) => [...owed, backing]), ...OTHERS];
const REST = 'rest';
const ASSETS: ledger.Asset[] = ['CREDIT', 'USD', 'STELAI'];

/** What is owed and what stands behind it, in one picture of the database: now, or before an instant. */
export function booksAt(context: Context, before: Date | null): Promise<Books> {
  return inOnePicture(context.db, async (db) => {
    const moment = await momentOf(db, before);
    const lying = await ledger.lyingByFamily(
      db,
      FAMILIES.map(({ key, like }) => ({ name: key, like })),
      REST,
      moment,
    );
    const lineOf = ({ key, name, why, asset }: Family): BooksLine => ({
      key,
      name,
      why,
      asset,
      amount_micros: micros(sum(lying.filter((found) => found.name === key).map(({ amount }) => amount))),
    });
    return {
      as_of: (before ?? context.clock.now()).toISOString(),
      promises: PROMISES.map((promise) => promiseOf(promise, lineOf)),
      others: [...OTHERS.slice(0, 3), CASH_FOR_PROMO, ...OTHERS.slice(3), REMAINDER].map(lineOf),
      totals: ASSETS.map((asset) =>
        totalOf(
          lying.filter((found) => found.asset === asset),
          asset,
        ),
      ),
      holds_micros: moment ? null : micros(await ledger.heldInAll(db)),
      ledger: await extentOf(db, moment),
      head: moment ? null : await newestHead(context, db),
      receipts: moment ? null : await earnings.endOfReceiptLog(db),
      liabilities: (await earnings.newestLiabilityRoots(db, before)).map(rootOf),
    };
  });
}
const REMAINDER = family(REST, '', 'Anything else', 'There is no account that this page does not name.');

function promiseOf({ owed, backing, ...words }: Side, lineOf: (of: Family) => BooksLine): BooksPromise {
  const lines = owed.map(lineOf);
  const backed = lineOf(backing);
  const owed_micros = sum(lines.map(({ amount_micros }) => BigInt(amount_micros)));
  const backing_micros = BigInt(backed.amount_micros) * MICRO_CREDITS_PER_MICRO_USD;
  return {
    ...words,
    owed: lines,
    owed_micros: micros(owed_micros),
    backing: backed,
    backing_micros: micros(backing_micros),
    difference_micros: micros(backing_micros - owed_micros),
  };
}

/** By kind of account: creators who owe us something count against those whom we owe. */
function totalOf(lying: readonly ledger.Lying[], asset: ledger.Asset): Books['totals'][number] {
  const amounts = lying.map(({ amount }) => amount);
  const owed = sum(amounts.filter((amount) => amount > 0n));
  const own = sum(amounts.filter((amount) => amount < 0n));
  return {
    asset,
    owed_micros: micros(owed),
    own_micros: micros(own),
    sum_micros: micros(owed + own),
  };
}

/** Batches and postings are counted on from the last day that was closed. */
async function extentOf(db: Db, moment: ledger.Moment | null): Promise<Books['ledger']> {
  const closed = moment ? await earnings.closedWithin(db, moment.from) : await earnings.lastClosedDay(db);
  const since = await ledger.counted(db, closed?.batch ?? 0n, moment);
  const newest = await ledger.newestBatch(db, moment);
  return {
    batches: Number((closed?.batches ?? 0n) + since.batches),
    postings: Number((closed?.postings ?? 0n) + since.postings),
    newest: newest && { batch: Number(newest.id), at: newest.at.toISOString(), hash: newest.hash },
  };
}

async function newestHead({ signer }: Context, db: Db): Promise<Books['head']> {
  const jws = await notedHead(db);
  if (jws === null) return null;
  const { head } = await readHead(jws, signer.verify, BooksEnd);
  return { number: head.number, at: head.at, jws };
}
