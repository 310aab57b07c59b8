// What may be linked when, and that no change of wallet pays twice: the same acts that people do, on the tables.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFreshDatabase } from '../../../tests/setup/database.ts';
import { type AccountId, newId, type WalletLinkId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Database } from '../../kit/database.ts';
import * as identity from '../identity/index.ts';
import * as rewards from './index.ts';

const START = new Date('2026-11-24T00:00:00Z');
const HOUR = 3_600_000;
const after = (ms: number) => new Date(START.getTime() + ms);
const WAIT_MS = 24 * HOUR;
const CHAIN = 31_337n;
const address = (n: number) => `0x${String(n).padStart(40, '0')}`;

let fresh: Awaited<ReturnType<typeof openFreshDatabase>>;
let database: Database;
beforeAll(async () => {
  fresh = await openFreshDatabase();
  ({ database } = fresh);
});
afterAll(() => fresh.drop());

let made = 0;
async function somebody(): Promise<AccountId> {
  made += 1;
  const opening = { email: `p${made}@example.com`, password_hash: 'none', display_name: `Person ${made}` };
  return (await database.inTransaction((tx) => identity.openAccount(tx, opening, START))).id;
}
/** As the flow does it once the signature was checked. */
async function link(
  person_id: AccountId,
  wallet: string,
  at: Date,
  { chain_id = CHAIN, wait_ms = WAIT_MS } = {},
) {
  const to = { person_id, chain_id, address: wallet, message: 'sign me', expires_at: at };
  const id = await database.inTransaction((tx) => rewards.askToSign(tx, to, at));
  const proven = { signature: '0x01', counts_from: new Date(at.getTime() + wait_ms) };
  return database.inTransaction((tx) => rewards.linkWallet(tx, { ...to, id }, proven, at));
}
const unlink = (person_id: AccountId, id: WalletLinkId, at: Date) =>
  database.inTransaction((tx) => rewards.endLink(tx, { id, person_id }, at));
const forCut = (person_ids: AccountId[], at: Date, chain_id = CHAIN) =>
  rewards.walletsForCut(database.db, { chain_id, person_ids, at });
const refused = (code: string) => expect.objectContaining({ code });

describe('which wallet a cut is for', () => {
  const one = (more: Partial<rewards.WalletLink>): rewards.WalletLink => ({
    ...{ id: newId<WalletLinkId>(START), person_id: newId<AccountId>(START), chain_id: CHAIN },
    ...{ address: address(1), linked_at: after(0), counts_from: after(WAIT_MS), ended_at: null },
    ...more,
  });

  test('from the very instant on at which it counts, and until the very instant at which it ends', () => {
    const first = one({ ended_at: after(WAIT_MS + 10) });
    expect(rewards.walletForCut([], START)).toBeNull();
    expect(rewards.walletForCut([first], after(WAIT_MS - 1))).toBeNull();
    expect(rewards.walletForCut([first], after(WAIT_MS))).toBe(first.address);
    expect(rewards.walletForCut([first], after(WAIT_MS + 9))).toBe(first.address);
    expect(rewards.walletForCut([first], after(WAIT_MS + 10))).toBeNull();
    const states = [WAIT_MS - 1, WAIT_MS, WAIT_MS + 9, WAIT_MS + 10].map((ms) =>
      rewards.stateOf(first, after(ms)),
    );
    expect(states).toEqual(['waiting', 'counting', 'counting', 'ended']);
  });

  test('two at once, or those of two people, are nothing to choose from', () => {
    const first = one({});
    const { person_id } = first;
    expect(() => rewards.walletForCut([first, one({ person_id })], after(1))).toThrow('two wallets at once');
    expect(() => rewards.walletForCut([first, one({ ended_at: after(0) })], after(1))).toThrow('one person');
  });
});

describe('a wallet', () => {
  test('is one member’s for ever, on its chain', async () => {
    const [ada, ben] = [await somebody(), await somebody()];
    const { link: first } = await link(ada, address(11), START);
    await expect(link(ada, address(11), after(1))).rejects.toEqual(refused('WALLET_LINKED_ALREADY'));
    await expect(link(ben, address(11), after(2))).rejects.toEqual(refused('WALLET_OF_ANOTHER'));
    expect(await unlink(ben, first.id, after(3))).toBeNull();
    expect(await unlink(ada, first.id, after(4))).toMatchObject({ ended_at: after(4) });
    expect(await unlink(ada, first.id, after(5))).toBeNull();
    await database.inTransaction((tx) => rewards.endLinksOf(tx, ada, after(6)));
    await expect(link(ben, address(11), after(7))).rejects.toEqual(refused('WALLET_OF_ANOTHER'));
    // a refusal leaves nothing behind, and a contract of this address elsewhere is another wallet
    expect(await rewards.linksOf(database.db, { chain_id: CHAIN, person_id: ben })).toEqual([]);
    await link(ben, address(11), after(8), { chain_id: 1n });
    expect(await rewards.walletOf(database.db, { chain_id: CHAIN, person_id: ben })).toBeNull();
    await link(ada, address(11), after(9));
    expect(await rewards.linksOf(database.db, { chain_id: CHAIN, person_id: ada })).toHaveLength(2);
    expect((await rewards.ownersOf(database.db, CHAIN, [address(11), address(12)])).get(address(11))).toBe(
      ada,
    );
    expect(await rewards.countWallets(database.db, ada)).toBe(1);
  });

  test('that is unlinked or changed while a cut is under way is not cut for', async () => {
    const [ada, ben] = [await somebody(), await somebody()];
    const { link: hers } = await link(ada, address(41), START, { wait_ms: 0 });
    await link(ben, address(42), START, { wait_ms: 0 });
    const began = after(1_000);
    expect(await forCut([ada, ben], began)).toEqual(
      new Map([
        [ada, address(41)],
        [ben, address(42)],
      ]),
    );
    await unlink(ada, hers.id, after(2_000));
    await link(ben, address(43), after(2_000), { wait_ms: 0 });
    expect(await forCut([ada, ben], began)).toEqual(new Map());
    expect(await forCut([ada, ben], after(2_000))).toEqual(new Map([[ben, address(43)]]));
    expect(await forCut([ben], after(2_000), 1n)).toEqual(new Map());
    expect(await forCut([], after(2_000))).toEqual(new Map());
  });

  test('of two who link it at once is one’s, and one person who links two at once has one', async () => {
    const [ada, ben] = [await somebody(), await somebody()];
    const both = await Promise.allSettled([link(ada, address(21), START), link(ben, address(21), START)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'WALLET_OF_ANOTHER' },
    });
    const cy = await somebody();
    const many = await Promise.allSettled([31, 32, 33, 34].map((n) => link(cy, address(n), START)));
    for (const one of many)
      if (one.status === 'rejected') expect(one.reason).toEqual(refused('WALLET_CHALLENGE_UNKNOWN'));
    expect(many.some(({ status }) => status === 'fulfilled')).toBe(true);
    const links = await rewards.linksOf(database.db, { chain_id: CHAIN, person_id: cy });
    expect(links.filter(({ ended_at }) => ended_at === null)).toHaveLength(1);
  });
});

/**
 * The rules of a change of wallets, whatever people do in whatever order: what was cut stays where it was cut for, in
 * every later epoch; only what is cut later goes to the new one, and nothing while that waits; all that was won is cut
 * at most once.
 */
test('no change of wallets moves, shrinks or doubles what was cut', async () => {
  type Act = { does: 'link' | 'unlink' | 'win' | 'wait' | 'cut'; who: number; n: number };
  const act: fc.Arbitrary<Act> = fc.record({
    does: fc.constantFrom('link', 'link', 'unlink', 'win', 'win', 'wait', 'cut', 'cut'),
    who: fc.nat(1),
    n: fc.nat(3),
  });
  const reached = { changed_after_a_cut: 0, held_back: 0, of_another: 0, cut: 0 };
  let base = 1_000;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 15, maxLength: 40 }), async (acts) => {
      base += 10;
      const people = [await somebody(), await somebody()];
      const won = new Map(people.map((id) => [id, 0n]));
      const owed = new Map(people.map((id) => [id, 0n]));
      const owner = new Map<string, AccountId>();
      let leaves: rewards.Leaves = new Map();
      let at = START;
      for (const { does, who, n } of acts) {
        at = new Date(at.getTime() + 1_000);
        const person_id = present(people[who], 'a person');
        const before = await rewards.walletOf(database.db, { chain_id: CHAIN, person_id });
        if (does === 'wait') at = new Date(at.getTime() + n * 9 * HOUR);
        if (does === 'win') {
          const amount = BigInt(n + 1);
          won.set(person_id, (won.get(person_id) ?? 0n) + amount);
          owed.set(person_id, (owed.get(person_id) ?? 0n) + amount);
        }
        if (does === 'unlink' && before) await unlink(person_id, before.id, at);
        if (does === 'link') {
          const wallet = address(base + n);
          const first = owner.get(wallet) ?? person_id;
          const linked = await link(person_id, wallet, at).catch((refusal: unknown) => refusal);
          if (first !== person_id) {
            expect(linked).toEqual(refused('WALLET_OF_ANOTHER'));
            reached.of_another += 1;
          } else if (before?.address === wallet) expect(linked).toEqual(refused('WALLET_LINKED_ALREADY'));
          else {
            expect(linked).toMatchObject({ before });
            owner.set(wallet, person_id);
            if (before && leaves.has(before.address)) reached.changed_after_a_cut += 1;
          }
        }
        if (does !== 'cut') continue;

        const wallets = await forCut(people, at);
        const cut = rewards.cutOf(
          leaves,
          [...wallets].map(([id, wallet]) => ({
            ...{ person_id: id, wallet, awarded_nanos: owed.get(id) ?? 0n, owed_back_nanos: 0n },
          })),
        );
        for (const [wallet, nanos] of leaves) expect(cut.leaves.get(wallet)).toBeGreaterThanOrEqual(nanos);
        for (const id of people) {
          const open = await rewards.walletOf(database.db, { chain_id: CHAIN, person_id: id });
          const counts = open !== null && open.counts_from <= at;
          expect(wallets.get(id)).toBe(counts ? open.address : undefined);
          if (open && !counts && owed.get(id)) reached.held_back += 1;
        }
        for (const { person_id: id, wallet, amount_nanos } of cut.commitments) {
          expect(cut.leaves.get(wallet)).toBe((leaves.get(wallet) ?? 0n) + amount_nanos);
          owed.set(id, 0n);
          reached.cut += 1;
        }
        leaves = cut.leaves;
        for (const id of people) {
          const own = [...leaves].filter(([wallet]) => owner.get(wallet) === id);
          const committed = own.reduce((sum, [, nanos]) => sum + nanos, 0n);
          expect(committed + (owed.get(id) ?? 0n)).toBe(won.get(id));
        }
      }
    }),
    { numRuns: 25, seed: 20_261_124 },
  );
  for (const times of Object.values(reached)) expect(times).toBeGreaterThan(3);
});
