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
import { present } from '../kit/assert.ts';
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
  return present((await placesOfAll(db, [person])).get(person), 'the places of who was asked for');
}

/** The same of many people at once. */
async function placesOfAll(db: Db, people: readonly AccountId[]): Promise<Map<AccountId, OwnPlaces>> {
  const paid = people.map((person) => paidCredits(person).key);
  const [frozen, earned] = await Promise.all([
    ledger.giversBy(db, 'freeze', { givers: paid }),
    placesEarned(db, people),
  ]);
  const frozen_of = byGiver(frozen);
  return new Map(
    people.map((person) => {
      const { keys, series, accountOf } = present(earned.get(person), 'the places of who was asked for');
      const bought = new Map<string, OwnAccount>([
        [paidCredits(person).key, 'paid'],
        [promoCredits(person).key, 'promo'],
        ...(frozen_of.get(paidCredits(person).key) ?? []).map((key) => [key, 'frozen'] as const),
      ]);
      const all = [...bought.keys(), ...keys];
      return [person, { keys: all, series, accountOf: (name) => bought.get(name) ?? accountOf(name) }];
    }),
  );
}

/** Where earnings of each lie or lay, and not what they bought: whoever spends much has moved that very often. */
export async function placesEarned(db: Db, people: readonly AccountId[]): Promise<Map<AccountId, OwnPlaces>> {
  const available = people.map((person) => availableEarnings(person).key);
  const [reserved, cases] = await Promise.all([
    ledger.giversBy(db, 'payout-reserve', { givers: available }),
    earnings.casesOf(db, people),
  ]);
  const reserved_of = byGiver(reserved);
  const cases_of = Map.groupBy(cases, ({ person_id }) => person_id);
  return new Map(
    people.map((person) => {
      const names = new Map<string, OwnAccount>([
        [availableEarnings(person).key, 'available'],
        [receivable(person).key, 'receivable'],
        ...(reserved_of.get(availableEarnings(person).key) ?? []).map((key) => [key, 'reserved'] as const),
        ...(cases_of.get(person) ?? []).map(({ id }) => [heldEarnings(id, person).key, 'held'] as const),
      ]);
      const series = new Map<string, OwnAccount>([
        [vestingSeries(person), 'vesting'],
        [pendingSeries(person), 'pending'],
      ]);
      const accountOf = (name: string): OwnAccount => {
        const account = names.get(name) ?? series.get(name);
        if (!account) throw new Error(`${name} is no place of ${person}`);
        return account;
      };
      return [person, { keys: [...names.keys()], series: [...series.keys()], accountOf }];
    }),
  );
}

function byGiver(givers: ReadonlyMap<string, string>): Map<string, string[]> {
  const takers = new Map<string, string[]>();
  for (const [taker, giver] of givers) takers.set(giver, [...(takers.get(giver) ?? []), taker]);
  return takers;
}

/** What lay in each of a person's accounts before an instant; null: what lies there now. */
export async function ownBalances(
  db: Db,
  places: OwnPlaces,
  moment: ledger.Moment | null,
): Promise<Map<OwnAccount, bigint>> {
  const [balances] = await balancesOfEach(db, [places], moment);
  return present(balances, 'the balances of who was asked for');
}

/** The same of many people at once. */
export async function balancesOfEach(
  db: Db,
  all: readonly OwnPlaces[],
  moment: ledger.Moment | null,
): Promise<Map<OwnAccount, bigint>[]> {
  const which = { keys: all.flatMap(({ keys }) => keys), series: all.flatMap(({ series }) => series) };
  const lying = Map.groupBy(await ledger.lyingIn(db, which, moment), ({ name }) => name);
  const amounts = new Map([...lying].map(([name, some]) => [name, sum(some.map(({ amount }) => amount))]));
  return all.map((places) => byAccount(places, amounts));
}

/** What lies under each name, by which of a person's accounts that is. */
export function byAccount(
  { keys, series, accountOf }: OwnPlaces,
  amounts: ReadonlyMap<string, bigint>,
): Map<OwnAccount, bigint> {
  const balances = new Map(OWN_ACCOUNTS.map((account) => [account, 0n]));
  for (const name of [...keys, ...series])
    balances.set(accountOf(name), (balances.get(accountOf(name)) ?? 0n) + (amounts.get(name) ?? 0n));
  return balances;
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
