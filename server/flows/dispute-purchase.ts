import { frozenCredits, ownerOf, paidCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, type CaseId, idOf, type PurchaseId, type TransactionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { takenBack } from './expire-promo.ts';
import { setAside } from './hold-by-case.ts';
import { lotOfPurchase, lotsOf } from './lots.ts';
import { bonusOf, disputeLost, disputeWon, earningsClawedBack, purchaseDisputed } from './postings/index.ts';
import { refuseOwnInterest } from './own-interest.ts';
import { release } from './resolve-case.ts';
import { type Drawer, openDrawer, type Subject, subjectsOf } from './standing.ts';

/**
 * Records that somebody disputes the payment of a purchase. What is left of its credits is frozen; what
 * creators earned from the rest is held by a case, until the dispute is resolved.
 */
export async function openDispute(
  context: Context,
  actor_id: AccountId,
  dispute: { purchase_id: PurchaseId; reference: string },
): Promise<CaseId> {
  const { purchase_id, reference } = dispute;
  return context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const member = await buyerOf(tx, purchase_id);
    if (!member) refuse('NOT_FOUND');
    if (await earnings.caseOfPurchase(tx, purchase_id)) refuse('ALREADY_DISPUTED');
    if (member === actor_id) refuse('OWN_INTEREST');

    const { left, spent } = await creditsOf(tx, purchase_id, member);
    const wallet = paidCredits(member);
    const { available } = (await ledger.balances(tx, [wallet], { lock: true }))(wallet);
    const unspent = left < available ? left : available;
    const subjects = await subjectsOf(tx, [...spent.keys()]);
    refuseOwnInterest(actor_id, subjects.values());
    if (unspent > 0n) await ledger.post(tx, purchaseDisputed(purchase_id, member, unspent), at);

    const id = idOf<CaseId>('dispute case', purchase_id);
    const wanted = [...subjects.values()].flatMap((subject) =>
      portionOf(subject, spent.get(subject.id) ?? 0n).lines.map(({ line, amount }) => ({
        subject,
        line,
        amount,
      })),
    );
    const opened = {
      id,
      reason: 'Payment disputed',
      purchase_id,
      reference,
      opened_by: actor_id,
      opened_at: at,
    };
    const held = await setAside(tx, opened, wanted, at);
    const detail = { reference, frozen_micros: micros(unspent), held_micros: micros(held) };
    await audit(tx, { at, actor: actor_id, act: 'dispute.open', subject: purchase_id, detail });
    await tell(tx, 'purchase.disputed', { purchase_id, buyer_id: member, case_id: id }, at);
    return id;
  });
}

export type DisputeEnd = { case_id: CaseId; outcome: 'won' | 'lost'; note: string; fee_micro_usd: bigint };

/** Resolves a dispute. Won: all goes back. Lost: unspent credits are taken back, and what the rest earned is too. */
export async function resolveDispute(context: Context, actor_id: AccountId, end: DisputeEnd): Promise<void> {
  const { case_id, outcome, note, fee_micro_usd } = end;
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const found = await earnings.caseById(tx, case_id);
    const purchase_id = found?.purchase_id;
    if (!purchase_id) refuse('NOT_FOUND');
    if (found.outcome !== null) refuse('ALREADY_RESOLVED');

    const member = present(await buyerOf(tx, purchase_id), `the buyer of ${purchase_id}`);
    const lines = await earnings.caseLines(tx, case_id);
    if ([member, ...lines.map(({ person_id }) => person_id)].includes(actor_id)) refuse('OWN_INTEREST');
    const own = { id: case_id, lines };
    if (outcome === 'lost') await takeBack(tx, { member, purchase_id, own, note, fee_micro_usd }, at);
    else {
      const purse = frozenCredits(purchase_id);
      const { posted } = (await ledger.balances(tx, [purse], { lock: true }))(purse);
      if (posted > 0n) await ledger.post(tx, disputeWon(purchase_id, member, posted), at);
      await release(tx, case_id, await openDrawer(tx, [], own), note, at);
    }
    await earnings.insertResolution(tx, { case_id, outcome, note, resolved_by: actor_id, resolved_at: at });
    const detail = { outcome, note, fee_micro_usd: fee_micro_usd.toString() };
    await audit(tx, { at, actor: actor_id, act: 'dispute.resolve', subject: purchase_id, detail });
    await tell(tx, 'dispute.resolved', { purchase_id, buyer_id: member, case_id, outcome }, at);
  });
  context.wake.send('news');
}

type Own = { id: CaseId; lines: Awaited<ReturnType<typeof earnings.caseLines>> };

async function takeBack(
  tx: Tx,
  dispute: { member: AccountId; purchase_id: PurchaseId; own: Own; note: string; fee_micro_usd: bigint },
  at: Date,
): Promise<void> {
  const { member, purchase_id, own, note, fee_micro_usd } = dispute;
  // once more: what was held for running generations when it was opened is spent or free by now
  const { amount, left, spent } = await creditsOf(tx, purchase_id, member);
  const wallet = paidCredits(member);
  const frozen = frozenCredits(purchase_id);
  const balance = await ledger.balances(tx, [wallet, frozen], { lock: true });
  const in_wallet = left < balance(wallet).available ? left : balance(wallet).available;

  const subjects = await subjectsOf(tx, [
    ...new Set([...spent.keys(), ...own.lines.map(({ generation_id }) => generation_id)]),
  ]);
  const drawer = await openDrawer(tx, [...subjects.values()], own);
  let clawed_back = 0n;
  for (const subject of subjects.values())
    clawed_back += await clawBack(
      tx,
      subject,
      spent.get(subject.id) ?? 0n,
      drawer,
      { note, case_id: own.id },
      at,
    );

  const unspent = { frozen: balance(frozen).posted, in_wallet };
  const lost = amount - unspent.frozen - in_wallet - clawed_back;
  const postings = [
    ...disputeLost(purchase_id, member, { ...unspent, lost }, { provider: 'test', fee_micro_usd }),
    ...(await takenBack(tx, member, ({ id }) => id === bonusOf(purchase_id), 'Payment taken back')),
  ];
  if (postings.length > 0) await ledger.post(tx, postings, at);
  await release(tx, own.id, drawer, note, at);
}

/** Takes back what the disputed part of one generation's price earned; answers that part. */
async function clawBack(
  tx: Tx,
  subject: Subject,
  disputed: bigint,
  drawer: Drawer,
  why: { note: string; case_id: CaseId },
  at: Date,
): Promise<bigint> {
  const { amount, lines } = portionOf(subject, disputed);
  if (amount === 0n) return 0n;
  const { case_id, note } = why;
  const id = idOf<TransactionId>('clawback', case_id, subject.id);
  const creators = lines.flatMap((part) => drawer.take(subject, part.line, part.amount));
  const platform = amount - sum(creators.map((part) => part.amount));
  await ledger.post(tx, earningsClawedBack(id, { amount, creators, platform }, 'test', subject.title), at);
  await earnings.insertReversal(
    tx,
    {
      id,
      generation_id: subject.id,
      cause: 'chargeback',
      case_id,
      reason: note,
      paid_micros: amount,
      promo_micros: 0n,
      lines: lines.map(({ line: { person_id, role }, amount: pending_micros }) => {
        return { person_id, role, pending_micros, vesting_micros: 0n };
      }),
    },
    at,
  );
  return amount;
}

/** What a part of a generation's paid price earned each: of what is left, in the proportions that it has. */
function portionOf(subject: Subject, disputed: bigint) {
  const { paid_micros, lines } = subject;
  const amount = disputed < paid_micros ? disputed : paid_micros;
  const earned = lines.map(({ pending_micros }) => pending_micros);
  const parts = earnings.apportion(amount, [...earned, paid_micros - sum(earned)]);
  return { amount, lines: lines.map((line, index) => ({ line, amount: parts[index] ?? 0n })) };
}

async function buyerOf(tx: Tx, purchase_id: PurchaseId): Promise<AccountId | null> {
  const legs = await ledger.legsOf(tx, purchase_id);
  const wallet = legs.find(
    ({ kind, amount, key }) => kind === 'purchase' && amount > 0n && key.endsWith(':paid'),
  );
  return wallet ? ownerOf(wallet.key) : null;
}

/** What became of the credits of a purchase: what is left of them, and which generations they paid for. */
async function creditsOf(tx: Tx, purchase_id: PurchaseId, member: AccountId) {
  const movements = await ledger.history(tx, paidCredits(member));
  const bought = movements.filter(({ kind }) => kind === 'purchase').map(({ id }) => id);
  const lots = lotsOf(movements, await earnings.clawedBack(tx, bought));
  const lot = present(lotOfPurchase(lots, purchase_id), `the credits of ${purchase_id}`);
  const spent = new Map([...lot.spent].filter(([, amount]) => amount > 0n));
  return { amount: lot.amount, left: lot.left, spent };
}
