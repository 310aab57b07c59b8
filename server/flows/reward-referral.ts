import { budgetOf, promoCredits, referralReserve } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, idOf, type PurchaseId, type RewardId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db, Tx } from '../kit/database.ts';
import { PPM } from '../kit/money.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { REFERRAL } from '../offers.ts';
import { windowStart } from './attribute.ts';
import { takenBack } from './expire-promo.ts';
import { rewardGranted, rewardGrantOf, rewardReserved, rewardReturned } from './postings/index.ts';

/** Its subjects are the purchase that was made, the reward that is due, and the purchase whose payment is gone. */
export const BEGIN_TIMER = 'reward.begin';
export const REWARD_TIMER = 'reward.due';
export const REVERSE_TIMER = 'reward.reverse';
const SYSTEM = { id: 'system', as: 'system' };
const TIMER = { id: 'system', as: 'timer' };

/** A purchase was made or its payment taken back: what follows for its reward follows with the next timers. */
export const askForReward = (
  tx: Tx,
  kind: typeof BEGIN_TIMER | typeof REVERSE_TIMER,
  purchase_id: PurchaseId,
  at: Date,
): Promise<void> => setTimer(tx, { kind, subject_id: purchase_id, due_at: at, at });

/**
 * Somebody bought. If it is their first purchase and they came by a link that counts, what it brings both is set aside
 * out of the referral budget. Doing it again changes nothing.
 */
export async function beginReward(tx: Tx, { clock }: Context, { subject_id }: Timer): Promise<void> {
  const at = clock.now();
  const purchase_id = asId<PurchaseId>(subject_id);
  const purchase = await earnings.purchaseById(tx, purchase_id);
  if (!purchase) return;
  const { buyer_id: account_id, paid_micros, bought_at } = purchase;
  const came = await campaigns.attributionOf(tx, account_id);
  if (!came || came.excluded) return;
  const { link_id, owner_id } = came;
  const id = idOf<RewardId>('referral reward', account_id);
  const amount_micros = (paid_micros * BigInt(REFERRAL.part_ppm)) / BigInt(PPM);
  const due_at = new Date(bought_at.getTime() + REFERRAL.settles_days * DAY_MS);
  const reward = { id, account_id, link_id, owner_id, purchase_id, amount_micros, begun_at: at, due_at };
  if (!(await campaigns.insertReward(tx, reward))) return;
  const reason =
    (await whyTogether(tx, owner_id, account_id, at)) ?? (await whyNotFunded(tx, 2n * amount_micros));
  if (reason) {
    await campaigns.moveReward(tx, 'refuse', { id, by: SYSTEM, at, reason });
    return;
  }
  await ledger.post(tx, rewardReserved(id, 2n * amount_micros), at);
  await setTimer(tx, { kind: REWARD_TIMER, subject_id: id, due_at, at });
}

async function whyNotFunded(tx: Tx, needed: bigint): Promise<'budget' | null> {
  const budget = budgetOf('referral');
  const balance = await ledger.balances(tx, [budget], { lock: true });
  return balance(budget).available < needed ? 'budget' : null;
}

/** What speaks for it that two people are one household or one team, or that one of them is not to be rewarded. */
async function whyTogether(
  db: Db,
  owner_id: AccountId,
  account_id: AccountId,
  at: Date,
): Promise<campaigns.RewardReason | null> {
  const shared = await campaigns.sharedTrace(db, owner_id, account_id, windowStart(at));
  if (shared) return `same_${shared}`;
  if ((await earnings.sharersWith(db, owner_id)).has(account_id)) return 'team';
  // an account that was closed is not found
  const both = await Promise.all([owner_id, account_id].map((id) => identity.accountById(db, id)));
  return both.every(Boolean) ? null : 'banned';
}

/** The time is over in which a payment is taken back. While somebody disputes it, it is asked again the next day. */
export async function settleReward(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const reward = await campaigns.lockReward(tx, asId<RewardId>(subject_id));
  if (reward?.state !== 'pending') return;
  const { id, owner_id, account_id, purchase_id, amount_micros } = reward;
  const dispute = await earnings.caseOfPurchase(tx, purchase_id);
  if (dispute?.outcome === null) {
    await setTimer(tx, { kind: REWARD_TIMER, subject_id, due_at: new Date(at.getTime() + DAY_MS), at });
    return;
  }
  const lost = dispute?.outcome === 'lost' ? ('payment_taken_back' as const) : null;
  const reason = lost ?? (await whyTogether(tx, owner_id, account_id, at));
  await ledger.balances(tx, pursesOf(reward), { lock: true });
  await ledger.post(tx, rewardReturned(id, 2n * amount_micros), at);
  if (reason) {
    await campaigns.moveReward(tx, 'reverse', { id, by: TIMER, at, reason });
    return;
  }
  await ledger.post(tx, rewardGranted(id, [owner_id, account_id], amount_micros, REFERRAL.memo), at);
  await campaigns.moveReward(tx, 'settle', { id, by: TIMER, at });
}

/** The payment was taken back: so is what was set aside for it, or what is unspent of what it brought. */
export async function reverseReward(tx: Tx, { clock }: Context, { subject_id }: Timer): Promise<void> {
  const at = clock.now();
  const found = await campaigns.rewardOfPurchase(tx, asId<PurchaseId>(subject_id));
  const reward = found && (await campaigns.lockReward(tx, found.id));
  if (!reward || (reward.state !== 'pending' && reward.state !== 'settled')) return;
  const { id, state, owner_id, account_id, amount_micros } = reward;
  await ledger.balances(tx, pursesOf(reward), { lock: true });
  if (state === 'pending') await ledger.post(tx, rewardReturned(id, 2n * amount_micros), at);
  else
    for (const person of [owner_id, account_id]) {
      const grant = rewardGrantOf(id, person);
      const postings = await takenBack(tx, person, (lot) => lot.id === grant, 'Referral taken back');
      if (postings.length > 0) await ledger.post(tx, postings, at);
    }
  await dropTimer(tx, { kind: REWARD_TIMER, subject_id: id, at });
  await campaigns.moveReward(tx, 'reverse', { id, by: SYSTEM, at, reason: 'payment_taken_back' });
}

const pursesOf = ({ owner_id, account_id }: campaigns.Reward) => [
  budgetOf('referral'),
  referralReserve,
  promoCredits(owner_id),
  promoCredits(account_id),
];
