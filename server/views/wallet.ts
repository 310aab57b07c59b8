import type { Wallet, WalletEntry } from '#api/wallet/shapes.ts';
import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { PROMO_LIFE_DAYS } from '../offers.ts';
import { pageOf, placeOf } from './paging.ts';
import { planOf } from './plans.ts';

/** A member's credits, paid and promo, free and held. */
export async function walletOf(context: Context, member_id: AccountId): Promise<Wallet> {
  const paid = paidCredits(member_id);
  const promo = promoCredits(member_id);
  const balance = await ledger.balances(context.db, [paid, promo]);
  const granted = await ledger.statement(context.db, [promo.key], {
    kinds: ['grant'],
    before: null,
    limit: 20,
  });
  const side = ({ available, held }: ledger.GuardedBalance) => ({
    available_micros: micros(available),
    held_micros: micros(held),
  });
  return {
    plan: await planOf(context.db, member_id, context.clock.now()),
    paid: side(balance(paid)),
    promo: side(balance(promo)),
    available_micros: micros(balance(paid).available + balance(promo).available),
    held_micros: micros(balance(paid).held + balance(promo).held),
    grants: granted.map(({ memo, amount, at }) => ({
      reason: memo ?? 'Promo credits',
      granted_micros: micros(amount),
      expires_at: new Date(at.getTime() + PROMO_LIFE_DAYS * DAY_MS).toISOString(),
    })),
  };
}

type EntryQuery = { kind?: WalletEntry['kind'] | undefined; limit: number; cursor?: string | undefined };

/**
 * Everything that moved a member's credits, newest first. A hold and what became of it are one entry: of those that
 * are still open the holds come first, and a charge says what had been held for it. Whoever asks for one kind gets
 * every entry of that kind.
 */
export async function walletEntries(
  context: Context,
  member_id: AccountId,
  query: EntryQuery,
): Promise<{ items: WalletEntry[]; next_cursor: string | null }> {
  const { kind, limit, cursor } = query;
  const paid = paidCredits(member_id).key;
  const keys = [paid, promoCredits(member_id).key];
  const owner = `wallet ${member_id} ${kind ?? ''}`;
  const [at, id] = placeOf(context, owner, cursor) ?? [];
  const rows = await ledger.statement(context.db, keys, {
    kinds: kind ? [kind] : ALL_BUT_HOLDS,
    before: at && id ? { at, id } : null,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.at.toISOString(),
    last.entry,
  ]);
  const held = await heldFor(context, keys, shown);
  const open = kind === undefined && cursor === undefined ? await openHolds(context, keys) : [];
  const entries = [
    ...open,
    // what a charge left over was freed with it: that stands in the entry of the charge
    ...shown.filter((row) => kind !== undefined || row.kind !== 'release' || held(row) === null),
  ];
  // what is held says nothing of what for: that is written on the generation
  const generation_of = await generationsOf(context, entries);
  const jobs = await generation.generationsByIds(context.db, [...new Set(generation_of.values())]);
  const titles = new Map<string, string>(jobs.map(({ id: of, terms }) => [of, terms.model.title]));
  return {
    items: entries.map((row) => {
      const generation_id = generation_of.get(row.entry) ?? null;
      const set_aside = row.kind === 'charge' ? held(row) : null;
      return {
        id: row.entry,
        at: row.at.toISOString(),
        kind: present(KINDS[row.kind], `the kind ${row.kind} of a member's entry`),
        wallet: row.account === paid ? 'paid' : 'promo',
        amount_micros: micros(row.amount),
        held_micros: set_aside === null ? null : micros(set_aside),
        generation_id,
        what: row.memo ?? titles.get(generation_id ?? '') ?? '',
      };
    }),
    next_cursor,
  };
}

type Entry = Awaited<ReturnType<typeof ledger.statement>>[number];

/** What had been held for what these entries charge or free; null where the hold was not charged, or there was none. */
async function heldFor({ db }: Context, keys: readonly string[], rows: readonly Entry[]) {
  const ids = rows.filter(({ kind }) => kind === 'charge' || kind === 'release').map(({ id }) => id);
  const captured = new Map(
    (await ledger.capturedHolds(db, keys, ids)).map(({ id, key, held }) => [`${id} ${key}`, held]),
  );
  return ({ id, account }: Entry) => captured.get(`${id} ${account}`) ?? null;
}

/** Holds of what is still on its way, as entries. */
async function openHolds({ db }: Context, keys: readonly string[]): Promise<Entry[]> {
  const holds = await ledger.openHoldsOn(db, keys);
  const jobs = await generation.generationsByIds(
    db,
    holds.map(({ id }) => id),
  );
  const since = new Map<string, Date>(jobs.map(({ id, created_at }) => [id, created_at]));
  return holds.map(({ id, key, amount }) => ({
    entry: `h:${id}:${key}`,
    id,
    at: present(since.get(id), `the generation ${id} that credits are held for`),
    kind: 'hold',
    account: key,
    amount: -amount,
    memo: null,
  }));
}

/** Which generations some entries are about, by entry. */
async function generationsOf(context: Context, rows: readonly Entry[]) {
  const refunds = rows.filter(({ kind }) => kind === 'refund').map(({ id }) => id);
  const refunded = await earnings.generationsReversedBy(context.db, refunds);
  return new Map(
    rows.flatMap(({ entry, kind, id }) => {
      const of = kind === 'refund' ? refunded.get(id) : OF_GENERATION.has(kind) ? id : undefined;
      return of === undefined ? [] : [[entry, of]];
    }),
  );
}

const KINDS: Record<string, WalletEntry['kind']> = {
  hold: 'hold',
  charge: 'charge',
  release: 'release',
  refund: 'refund',
  grant: 'grant',
  purchase: 'purchase',
  expiry: 'expiry',
  freeze: 'freeze',
  unfreeze: 'unfreeze',
  chargeback: 'chargeback',
};
const ALL_BUT_HOLDS = Object.keys(KINDS).filter((kind) => kind !== 'hold');
const OF_GENERATION = new Set(['hold', 'charge', 'release']);
