import { type BalancesAt, OwnAccount } from '#api/earnings/statement-shapes.ts';
import {
  availableEarnings,
  heldEarnings,
  paidCredits,
  pendingSeries,
  promoCredits,
  receivable,
  vestingSeries,
} from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { momentOf } from './moments.ts';

/** In the order in which money goes through them. */
export const OWN_ACCOUNTS = OwnAccount.options;

/** Every place where money of a person lies or lay, and which of the person's accounts that is. */
export type OwnPlaces = { keys: string[]; series: string[]; accountOf(name: string): OwnAccount };

export async function placesOf(db: Db, person: AccountId): Promise<OwnPlaces> {
  const [paid, available] = [paidCredits(person).key, availableEarnings(person).key];
  const frozen = await ledger.giversBy(db, 'freeze', { giver: paid });
  const reserved = await ledger.giversBy(db, 'payout-reserve', { giver: available });
  const cases = await earnings.casesOf(db, person);
  const names = new Map<string, OwnAccount>([
    [paid, 'paid'],
    [promoCredits(person).key, 'promo'],
    [available, 'available'],
    [receivable(person).key, 'receivable'],
    ...[...frozen.keys()].map((key) => [key, 'frozen'] as const),
    ...[...reserved.keys()].map((key) => [key, 'reserved'] as const),
    ...cases.map((id) => [heldEarnings(id, person).key, 'held'] as const),
  ]);
  const series = new Map<string, OwnAccount>([
    [vestingSeries(person), 'vesting'],
    [pendingSeries(person), 'pending'],
  ]);
  return {
    keys: [...names.keys()],
    series: [...series.keys()],
    accountOf(name) {
      const account = names.get(name) ?? series.get(name);
      if (!account) throw new Error(`${name} is no place of ${person}`);
      return account;
    },
  };
}

/** What lay in each of a person's accounts before an instant; null: what lies there now. */
export async function ownBalances(
  db: Db,
  places: OwnPlaces,
  moment: ledger.Moment | null,
): Promise<Map<OwnAccount, bigint>> {
  const lying = await ledger.lyingIn(db, places, moment);
  return new Map(
    OWN_ACCOUNTS.map((account) => [
      account,
      sum(lying.filter(({ name }) => places.accountOf(name) === account).map(({ amount }) => amount)),
    ]),
  );
}

export function balancesAt(context: Context, person: AccountId, before: Date | null): Promise<BalancesAt> {
  return inOnePicture(context.db, async (db) => {
    const balances = await ownBalances(db, await placesOf(db, person), await momentOf(db, before));
    return {
      at: (before ?? context.clock.now()).toISOString(),
      accounts: OWN_ACCOUNTS.map((account) => ({
        account,
        amount_micros: micros(balances.get(account) ?? 0n),
      })),
    };
  });
}
