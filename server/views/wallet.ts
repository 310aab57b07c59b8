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

/** Everything that moved or held a member's credits, newest first. */
export async function walletEntries(
  context: Context,
  member_id: AccountId,
  query: { kind?: WalletEntry['kind'] | undefined; limit: number; cursor?: string | undefined },
): Promise<{ items: WalletEntry[]; next_cursor: string | null }> {
  const { kind, limit, cursor } = query;
  const paid = paidCredits(member_id).key;
  const owner = `wallet ${member_id}`;
  const [at, id] = placeOf(context, owner, cursor) ?? [];
  const rows = await ledger.statement(context.db, [paid, promoCredits(member_id).key], {
    kinds: kind ? [kind] : null,
    before: at && id ? { at, id } : null,
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.at.toISOString(),
    last.entry,
  ]);
  // what is held says nothing of what for: that is written on the generation
  const generation_of = await generationsOf(context, shown);
  const jobs = await generation.generationsByIds(context.db, [...new Set(generation_of.values())]);
  const titles = new Map<string, string>(jobs.map(({ id: of, terms }) => [of, terms.model.title]));
  return {
    items: shown.map((row) => {
      const generation_id = generation_of.get(row.entry) ?? null;
      return {
        id: row.entry,
        at: row.at.toISOString(),
        kind: present(KINDS[row.kind], `the kind ${row.kind} of a member's entry`),
        wallet: row.account === paid ? 'paid' : 'promo',
        amount_micros: micros(row.amount),
        generation_id,
        what: row.memo ?? titles.get(generation_id ?? '') ?? '',
      };
    }),
    next_cursor,
  };
}

/** Which generations some entries are about, by entry. */
async function generationsOf(context: Context, rows: Awaited<ReturnType<typeof ledger.statement>>) {
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
const OF_GENERATION = new Set(['hold', 'charge', 'release']);
