import { frozenCredits, paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, type CaseId, idOf, type PurchaseId, type TransactionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Db, Tx } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { takenBack } from './expire-promo.ts';
import { holdOf, setAside, type Wanted } from './hold-by-case.ts';
import { lotOfPurchase, lotsOf } from './lots.ts';
import { bonusOf, disputeLost, disputeWon, earningsClawedBack, purchaseDisputed } from './postings/index.ts';
import { hasOwnInterest } from './own-interest.ts';
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
    const purchase = await earnings.purchaseById(tx, purchase_id);
    if (!purchase) refuse('NOT_FOUND');
    const member = purchase.buyer_id;
    await ledger.balances(tx, [paidCredits(member)], { lock: true });
    const at = context.clock.now();
    const asked = await askedBack(tx, purchase);
    const refused = await whyNotDisputed(tx, actor_id, asked);
    if (refused) refuse(refused);
    const { id, unspent, wanted } = asked;
    if (unspent > 0n) await ledger.post(tx, purchaseDisputed(purchase_id, member, unspent), at);

    const opened = {
      id,
      reason: DISPUTED,
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

const DISPUTED = 'Payment disputed';

/** What a dispute asks back of a purchase: what is left of it, and what the rest earned others. */
export async function askedBack(db: Db, purchase: earnings.Purchase) {
  const { left, spent } = await creditsOf(db, purchase);
  const wallet = paidCredits(purchase.buyer_id);
  const { available } = (await ledger.balances(db, [wallet]))(wallet);
  const unspent = left < available ? left : available;
  const subjects = await subjectsOf(db, [...spent.keys()]);
  const wanted: Wanted[] = [...subjects.values()].flatMap((subject) =>
    portionOf(subject, spent.get(subject.id) ?? 0n).lines.map(({ line, amount }) => ({
      subject,
      line,
      amount,
    })),
  );
  return { id: disputeCaseOf(purchase.id), purchase, unspent, spent, subjects, wanted };
}
export type AskedBack = Awaited<ReturnType<typeof askedBack>>;

const disputeCaseOf = (purchase_id: PurchaseId) => idOf<CaseId>('dispute case', purchase_id);

export async function whyNotDisputed(db: Db, actor_id: AccountId, asked: AskedBack) {
  if (await earnings.caseOfPurchase(db, asked.purchase.id)) return 'ALREADY_DISPUTED';
  return isOwn(actor_id, asked) ? 'OWN_INTEREST' : null;
}

/** Whether somebody bought the purchase of a dispute, or earned by what the dispute takes from. */
const isOwn = (actor_id: AccountId, { purchase, subjects }: Pick<AskedBack, 'purchase' | 'subjects'>) =>
  purchase.buyer_id === actor_id || hasOwnInterest(actor_id, subjects.values());

/** What recording a dispute moves. */
export const disputeMoves = async (db: Db, { id, purchase, unspent, wanted }: AskedBack) => [
  ...(unspent > 0n ? purchaseDisputed(purchase.id, purchase.buyer_id, unspent) : []),
  ...(await holdOf(db, { id, reason: DISPUTED }, wanted)).postings,
];

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
    const dispute = await disputed(tx, purchase_id, {
      id: case_id,
      lines: await earnings.caseLines(tx, case_id),
    });
    const refused = whyNotEnded(actor_id, found, dispute);
    if (refused) refuse(refused);
    const { purchase, own } = dispute;
    if (outcome === 'lost') await takeBack(tx, dispute, { note, fee_micro_usd }, at);
    else {
      await ledger.balances(tx, [frozenCredits(purchase_id)], { lock: true });
      const postings = await unfrozen(tx, purchase);
      if (postings.length > 0) await ledger.post(tx, postings, at);
      await release(tx, case_id, await openDrawer(tx, [], own), note, at);
    }
    await earnings.insertResolution(tx, { case_id, outcome, note, resolved_by: actor_id, resolved_at: at });
    const detail = { outcome, note, fee_micro_usd: fee_micro_usd.toString() };
    await audit(tx, { at, actor: actor_id, act: 'dispute.resolve', subject: purchase_id, detail });
    const payload = { purchase_id, buyer_id: purchase.buyer_id, case_id, outcome };
    await tell(tx, 'dispute.resolved', payload, at);
  });
  context.wake.send('news');
}

export function whyNotEnded(actor_id: AccountId, found: earnings.ListedCase, dispute: Disputed) {
  if (found.outcome !== null) return 'ALREADY_RESOLVED';
  return isOwn(actor_id, dispute) ? 'OWN_INTEREST' : null;
}

/** A case and the lines that it holds. */
export type Own = { id: CaseId; lines: Awaited<ReturnType<typeof earnings.caseLines>> };

/**
 * What an open dispute is about by now. Its case knows what had earned something when it was opened; what was held
 * for running generations then is spent or free since.
 */
export async function disputed(db: Db, purchase_id: PurchaseId, own: Own) {
  const purchase = present(await earnings.purchaseById(db, purchase_id), `the purchase ${purchase_id}`);
  const { amount, left, spent } = await creditsOf(db, purchase);
  const subjects = await subjectsOf(db, [
    ...new Set([...spent.keys(), ...own.lines.map(({ generation_id }) => generation_id)]),
  ]);
  return { purchase, own, amount, left, spent, subjects };
}
export type Disputed = Awaited<ReturnType<typeof disputed>>;

/** What is frozen of a purchase is the member's again. */
export async function unfrozen(db: Db, { id, buyer_id }: earnings.Purchase) {
  const purse = frozenCredits(id);
  const { posted } = (await ledger.balances(db, [purse]))(purse);
  return posted > 0n ? disputeWon(id, buyer_id, posted) : [];
}

async function takeBack(
  tx: Tx,
  dispute: Disputed,
  end: Pick<DisputeEnd, 'note' | 'fee_micro_usd'>,
  at: Date,
): Promise<void> {
  const { own, purchase } = dispute;
  const { id: purchase_id, buyer_id: member, provider } = purchase;
  const { note, fee_micro_usd } = end;
  await ledger.balances(tx, [paidCredits(member), frozenCredits(purchase_id), promoCredits(member)], {
    lock: true,
  });
  const drawn = await takenByLoss(tx, dispute);
  for (const { subject, ...part } of drawn.clawbacks) {
    const { id, amount, lines, postings } = part;
    await ledger.post(tx, postings, at);
    await earnings.insertReversal(
      tx,
      {
        id,
        generation_id: subject.id,
        cause: 'chargeback',
        case_id: own.id,
        reason: note,
        paid_micros: amount,
        promo_micros: 0n,
        lines: lines.map(({ line: { person_id, role }, amount: pending_micros }) => {
          return { person_id, role, pending_micros, vesting_micros: 0n };
        }),
      },
      at,
    );
  }
  const postings = [
    ...disputeLost(purchase_id, member, drawn.left, { provider, fee_micro_usd }),
    ...drawn.bonus,
  ];
  if (postings.length > 0) await ledger.post(tx, postings, at);
  await release(tx, own.id, drawn.drawer, note, at);
}

/** What a lost dispute takes: of the credits what is left, and of what the others earned their part. */
export async function takenByLoss(db: Db, { purchase, own, amount, left, spent, subjects }: Disputed) {
  const { id: purchase_id, buyer_id: member, provider } = purchase;
  const wallet = paidCredits(member);
  const frozen = frozenCredits(purchase_id);
  const balance = await ledger.balances(db, [wallet, frozen]);
  const in_wallet = left < balance(wallet).available ? left : balance(wallet).available;

  const drawer = await openDrawer(db, [...subjects.values()], own);
  const clawbacks = [...subjects.values()].flatMap((subject) => {
    const part = clawBackOf(subject, spent.get(subject.id) ?? 0n, drawer, { case_id: own.id, provider });
    return part ? [{ subject, ...part }] : [];
  });
  const unspent = { frozen: balance(frozen).posted, in_wallet };
  const lost = amount - unspent.frozen - in_wallet - sum(clawbacks.map((part) => part.amount));
  return {
    drawer,
    clawbacks,
    left: { ...unspent, lost },
    bonus: await takenBack(db, member, ({ id }) => id === bonusOf(purchase_id), 'Payment taken back'),
  };
}

/** What of one generation's price was paid with disputed credits, and what that earned, on its way back. */
function clawBackOf(
  subject: Subject,
  with_it: bigint,
  drawer: Drawer,
  { case_id, provider }: { case_id: CaseId; provider: earnings.Purchase['provider'] },
) {
  const { amount, lines } = portionOf(subject, with_it);
  if (amount === 0n) return null;
  const id = idOf<TransactionId>('clawback', case_id, subject.id);
  const creators = lines.flatMap((part) => drawer.take(subject, part.line, part.amount));
  const platform = amount - sum(creators.map((part) => part.amount));
  const postings = earningsClawedBack(id, { amount, creators, platform }, provider, subject.title);
  return { id, amount, lines, postings };
}

/** What a part of a generation's paid price earned each: of what is left, in the proportions that it has. */
function portionOf(subject: Subject, with_it: bigint) {
  const { paid_micros, lines } = subject;
  const amount = with_it < paid_micros ? with_it : paid_micros;
  const earned = lines.map(({ pending_micros }) => pending_micros);
  const parts = earnings.apportion(amount, [...earned, paid_micros - sum(earned)]);
  return { amount, lines: lines.map((line, index) => ({ line, amount: parts[index] ?? 0n })) };
}

/** What became of the credits of a purchase: what is left of them, and which generations they paid for. */
export async function creditsOf(db: Db, { id, buyer_id }: earnings.Purchase) {
  const movements = await ledger.history(db, paidCredits(buyer_id));
  const bought = movements.filter(({ kind }) => kind === 'purchase').map(({ id }) => id);
  const lots = lotsOf(movements, await earnings.clawedBack(db, bought));
  const lot = present(lotOfPurchase(lots, id), `the credits of ${id}`);
  const spent = new Map([...lot.spent].filter(([, amount]) => amount > 0n));
  return { amount: lot.amount, left: lot.left, frozen: lot.frozen, spent };
}
