import type { Money, Reconciliation } from '#api/analytics/shapes.ts';
import type { OwnAccount } from '#api/earnings/statement-shapes.ts';
import type { AccountId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import { micros, sum } from '../../kit/money.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import { byAccount, OWN_ACCOUNTS, type OwnPlaces, placesEarned } from '../own-accounts.ts';

/** What somebody gains lies in these; credits that they bought or were given are something else. */
const STATES = ['vesting', 'pending', 'available', 'held', 'reserved', 'receivable'] as const;
const isState = (account: string): boolean => STATES.some((state) => state === account);
/** Payouts take out what was gained; it is not gained any less. */
export const LEAVING = 'payout%';

/** Where earnings of somebody lie or lay, and not what they bought. */
export async function earningPlaces(db: Db, person_id: AccountId): Promise<OwnPlaces> {
  const [places] = await earningPlacesOf(db, [person_id]);
  return present(places, 'the places of who was asked for');
}

/** The same of many people, in their order. */
export async function earningPlacesOf(db: Db, people: readonly AccountId[]): Promise<OwnPlaces[]> {
  const places = await placesEarned(db, people);
  return people.map((person) => present(places.get(person), 'the places of who was asked for'));
}

export type Gained = Pick<earnings.Gained, 'what' | 'paid_micros' | 'promo_micros' | 'generations'>;

/** What receipts and their corrections come to. */
export function moneyOf(rows: readonly Gained[]): Money {
  const of = (what: Gained['what']) => rows.filter((row) => row.what === what);
  const whole = (some: readonly Gained[]) =>
    sum(some.map(({ paid_micros, promo_micros }) => paid_micros + promo_micros));
  const [earned, reversed, claimed, adjusted] = [of('earned'), of('reversed'), of('claimed'), of('adjusted')];
  return {
    earned_micros: micros(whole(earned)),
    paid_micros: micros(sum(earned.map(({ paid_micros }) => paid_micros))),
    promo_micros: micros(sum(earned.map(({ promo_micros }) => promo_micros))),
    reversed_micros: micros(whole(reversed)),
    claimed_micros: micros(whole(claimed)),
    adjusted_micros: micros(whole(adjusted)),
    net_micros: micros(whole(earned) - whole(reversed) + whole(claimed) + whole(adjusted)),
    generations: Number(sum(earned.map(({ generations }) => generations))),
  };
}

type Lay = Map<OwnAccount, bigint>;
/** What the ledger alone says of a time: what lay in somebody's accounts before and after, and what moved in each step. */
export type LedgerSide = { opening: Lay; closing: Lay; moves: ledger.Gain[] };

export async function ledgerSide(
  db: Db,
  person_id: AccountId,
  { edges }: { edges: readonly Date[] },
): Promise<LedgerSide> {
  const places = await earningPlaces(db, person_id);
  // by the time that each batch bears, also of those that came late
  const { opening, closing, moves } = await ledger.lyingAndGained(db, places, edges, LEAVING);
  return { opening: byAccount(places, opening), closing: byAccount(places, closing), moves };
}

/**
 * Both sides, each read by itself in one picture of the database: what receipts and their corrections say, and what the
 * ledger does. Nothing of the one is made of the other. Both are of this time, in whatever steps.
 */
export function reconcile(
  { from, to }: { from: Date; to: Date },
  receipts: readonly Gained[],
  { opening, closing, moves }: LedgerSide,
): Reconciliation {
  const said = moneyOf(receipts);
  const [opened, closed] = [sum([...opening.values()]), sum([...closing.values()])];
  const left = sum(moves.map((move) => move.left));
  const gained = closed - opened + left;
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    receipts: said.generations,
    receipts_micros: said.earned_micros,
    claimed_micros: said.claimed_micros,
    reversed_micros: said.reversed_micros,
    adjusted_micros: said.adjusted_micros,
    sum_micros: said.net_micros,
    opening_micros: micros(opened),
    closing_micros: micros(closed),
    left_micros: micros(left),
    ledger_micros: micros(gained),
    difference_micros: micros(gained - BigInt(said.net_micros)),
    states: OWN_ACCOUNTS.filter(isState).map((account) => ({
      account,
      amount_micros: micros(closing.get(account) ?? 0n),
    })),
  };
}
