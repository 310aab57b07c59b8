import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  availableEarnings,
  awarded,
  awardsOwedBack,
  budgetOf,
  budgetOfCampaign,
  heldEarnings,
  cash,
  cashForPromo,
  chargebackLosses,
  committed,
  creditsPaidOut,
  creditsSold,
  deferredRevenue,
  earnedRevenue,
  frozenCredits,
  onChain,
  paidCredits,
  payoutFees,
  payoutReserve,
  pendingEarnings,
  platformEarnings,
  platformPromoEarnings,
  prizeEscrow,
  prizePool,
  prizesRecoverable,
  promoCredits,
  promoIssued,
  promoReserve,
  receivable,
  transit,
  treasuryPromised,
  vestingEarnings,
} from '../../chart-of-accounts.ts';
import {
  type AccountId,
  type CampaignId,
  type AdjustmentId,
  asId,
  type AwardId,
  type CaseId,
  type EpochId,
  type GenerationId,
  idOf,
  type PayoutId,
  type PurchaseId,
  type RoundId,
  type TransactionId,
} from '../../ids.ts';
import { divide } from '../../modules/earnings/index.ts';
import { type Account, LEGS_MAX, type Posting } from '../../modules/ledger/index.ts';
import * as templates from './index.ts';
import { inDollars, posted } from './movement.ts';

const DAY = '2026-11-22';
const id = idOf<GenerationId>('a generation');
const transaction = idOf<TransactionId>('a transaction');
const payer = idOf<AccountId>('payer');
const ada = idOf<AccountId>('ada');
const ben = idOf<AccountId>('ben');
const purchase = idOf<PurchaseId>('a purchase');
const payout = idOf<PayoutId>('a payout');
const round = idOf<RoundId>('a round');
const held_by = idOf<CaseId>('a case');
const WALLET = `0x${'0a'.repeat(20)}`;
const place = { chain_id: 31_337n, distributor: `0x${'0d'.repeat(20)}` };

/** What a set of postings does to each account, in sum. */
function effectOf(postings: readonly Posting[]): Map<string, bigint> {
  const effect = new Map<string, bigint>();
  for (const { legs } of postings)
    for (const { account, amount } of legs) effect.set(account.key, (effect.get(account.key) ?? 0n) + amount);
  return new Map([...effect].filter(([, amount]) => amount !== 0n));
}

const does = (postings: readonly Posting[], ...expected: [Account, bigint][]) =>
  expect(effectOf(wellFormed(postings))).toEqual(new Map(expected.map(([{ key }, amount]) => [key, amount])));

/** What the journal asks of every row, and of every set of them. */
function wellFormed(postings: readonly Posting[]): readonly Posting[] {
  for (const { legs, kind, memo } of postings) {
    expect(legs.length).toBeGreaterThanOrEqual(2);
    expect(legs.length).toBeLessThanOrEqual(LEGS_MAX);
    expect(new Set(legs.map(({ account }) => account.asset)).size).toBe(1);
    expect(new Set(legs.map(({ account }) => account.key)).size).toBe(legs.length);
    expect(legs.reduce((total, { amount }) => total + amount, 0n)).toBe(0n);
    expect(legs.every(({ amount }) => amount !== 0n)).toBe(true);
    const guarded = legs.filter(({ account }) => account.guarded);
    expect(guarded.length).toBeLessThanOrEqual(1);
    if (guarded.length > 0) expect(legs[0]).toBe(guarded[0]);
    expect(kind).toMatch(/^[a-z-]+$/);
    expect(memo).not.toBe('');
  }
  const places = postings.map(({ id: cause, part = 0 }) => `${cause} ${part}`);
  expect(new Set(places).size).toBe(places.length);
  const effect = effectOf(postings);
  for (const asset of ['CREDIT', 'USD', 'STELAI'] as const)
    expect(effect.has(transit(asset).key)).toBe(false);
  return postings;
}

const kindsOf = (postings: readonly Posting[]) => [...new Set(postings.map(({ kind }) => kind))];

describe('movements', () => {
  const accounts = [
    paidCredits(payer),
    promoCredits(payer),
    availableEarnings(ada),
    ...Array.from({ length: 12 }, (_, day) => pendingEarnings(ada, `2026-11-${day + 10}`)),
  ];

  test('any movement of one asset becomes rows that the journal takes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: accounts.length - 1 }), fc.bigInt(-1000n, 1000n)), {
          maxLength: 30,
        }),
        (chosen) => {
          const legs = chosen.map(([index, amount]) => ({
            account: accounts[index] ?? platformEarnings,
            amount,
          }));
          const total = legs.reduce((sum, { amount }) => sum + amount, 0n);
          const whole = [...legs, { account: platformEarnings, amount: -total }];
          const rows = wellFormed(posted({ id: transaction, kind: 'test', memo: 'test' }, [whole]));
          const wanted = effectOf([{ id: transaction, kind: 'test', memo: 'test', legs: whole }]);
          expect(effectOf(rows)).toEqual(wanted);
          expect(rows.map(({ part }) => part)).toEqual(rows.map((_, index) => index));
        },
      ),
    );
  });

  test('a small movement is one row, its guarded leg first', () => {
    const legs = [
      { account: platformEarnings, amount: 3n },
      { account: paidCredits(payer), amount: -3n },
    ];
    expect(posted({ id: transaction, kind: 'test', memo: 'test' }, [legs])).toEqual([
      { id: transaction, part: 0, kind: 'test', memo: 'test', legs: [legs[1], legs[0]] },
    ]);
  });

  test('six legs fit into one row, seven do not', () => {
    const free = (n: number) => accounts.slice(3, 3 + n).map((account) => ({ account, amount: 1n }));
    const rows = (n: number) =>
      posted({ id: transaction, kind: 'test', memo: 'test' }, [
        [{ account: paidCredits(payer), amount: -BigInt(n) }, ...free(n)],
      ]).length;
    expect([rows(5), rows(6), rows(10), rows(11)]).toEqual([1, 3, 3, 4]);
  });

  test('givers come first and gainers last, so that transit is filled before it is emptied', () => {
    const rows = posted({ id: transaction, kind: 'test', memo: 'test' }, [
      [
        { account: promoCredits(payer), amount: 5n },
        { account: availableEarnings(ada), amount: -2n },
        { account: platformEarnings, amount: -3n },
      ],
    ]);
    expect(rows.map(({ legs }) => legs.map(({ account, amount }) => [account.key, amount]))).toEqual([
      [
        [availableEarnings(ada).key, -2n],
        [transit('CREDIT').key, 2n],
      ],
      [
        [platformEarnings.key, -3n],
        [transit('CREDIT').key, 3n],
      ],
      [
        [promoCredits(payer).key, 5n],
        [transit('CREDIT').key, -5n],
      ],
    ]);
  });

  test('what does not sum to zero is no movement, and nothing is none', () => {
    const what = { id: transaction, kind: 'test', memo: 'test' };
    expect(() => posted(what, [[{ account: platformEarnings, amount: 1n }]])).toThrow(
      /given is what is gained/,
    );
    expect(posted(what, [[{ account: platformEarnings, amount: 0n }], []])).toEqual([]);
  });

  test('credits become whole micro-dollars or none', () => {
    expect(inDollars(12_300n)).toBe(123n);
    expect(() => inDollars(12_350n)).toThrow(/whole micro-dollars/);
  });
});

describe('credits', () => {
  test('a budget is funded with credits to give and the dollars for them', () =>
    does(
      templates.budgetFunded(transaction, 'welcome', 1_000n),
      [promoIssued, -1_000n],
      [budgetOf('welcome'), 1_000n],
      [cashForPromo, -10n],
      [promoReserve, 10n],
    ));

  test('a campaign has its budget from that of all, gives out of it, and what is left goes back', () => {
    const campaign = idOf<CampaignId>('a campaign');
    const own = budgetOf(budgetOfCampaign(campaign));
    const reserved = templates.campaignReserved(campaign, 1_000n, 'Winter');
    does(reserved, [budgetOf('campaigns'), -1_000n], [own, 1_000n]);
    const granted = templates.promoGranted(transaction, budgetOfCampaign(campaign), payer, 700n, 'Winter');
    const returned = templates.campaignReturned(campaign, 300n, 'Winter');
    does(returned, [own, -300n], [budgetOf('campaigns'), 300n]);
    does([...reserved, ...granted, ...returned], [budgetOf('campaigns'), -700n], [promoCredits(payer), 700n]);
  });

  test('a grant comes from its budget, and what is not used of it goes back there', () => {
    const granted = templates.promoGranted(transaction, 'welcome', payer, 700n, 'Welcome');
    does(granted, [budgetOf('welcome'), -700n], [promoCredits(payer), 700n]);
    const expired = templates.promoExpired(idOf('expiry'), payer, 'welcome', 700n, 'Unused');
    does([...granted, ...expired]);
    expect([kindsOf(granted), kindsOf(expired)]).toEqual([['grant'], ['expiry']]);
    expect(granted.map(({ memo }) => memo)).toEqual(['Welcome', 'Welcome']);
  });

  test('a pack is paid credits for dollars, and a bonus out of its budget', () => {
    const pack = { paid_micros: 3_000n, promo_micros: 150n, memo: 'Pack' };
    const postings = templates.packBought(purchase, payer, pack);
    does(
      postings,
      [creditsSold, -3_000n],
      [paidCredits(payer), 3_000n],
      [cash('test'), -30n],
      [deferredRevenue, 30n],
      [budgetOf('pack-bonus'), -150n],
      [promoCredits(payer), 150n],
    );
    expect(
      postings.filter(({ kind }) => kind === 'purchase').every(({ id: cause }) => cause === purchase),
    ).toBe(true);
    expect(
      postings.filter(({ kind }) => kind === 'grant').map(({ id: cause, memo }) => [cause, memo]),
    ).toEqual([
      [templates.bonusOf(purchase), 'Pack: bonus'],
      [templates.bonusOf(purchase), 'Pack: bonus'],
    ]);
  });

  test('a bonus is a cause of its own, apart from its purchase', () =>
    expect(templates.bonusOf(purchase)).toBe(idOf('pack bonus', purchase)));

  test('a pack without a bonus grants nothing', () =>
    expect(
      kindsOf(templates.packBought(purchase, payer, { paid_micros: 100n, promo_micros: 0n, memo: 'Pack' })),
    ).toEqual(['purchase']));
});

/** A charge and a split as generations have them: whole micro-dollars of each kind, one to nine persons. */
const charge = fc
  .record({
    paid: fc.bigInt(0n, 100_000n),
    promo: fc.bigInt(0n, 100_000n),
    share_ppm: fc.integer({ min: 0, max: 1_000_000 }),
    weights: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 9 }),
  })
  .filter(({ paid, promo }) => paid + promo > 0n)
  .map(({ paid, promo, share_ppm, weights }) => {
    const all = weights.reduce((a, b) => a + b, 0);
    const parts = weights.map((weight, index) => ({
      person_id: idOf<AccountId>('person', String(index)),
      role: index === 0 ? ('creator' as const) : ('collaborator' as const),
      part_ppm: Math.floor((weight * 1_000_000) / all),
    }));
    const [first] = parts;
    if (first) first.part_ppm += 1_000_000 - parts.reduce((sum, { part_ppm }) => sum + part_ppm, 0);
    const funding = { paid_micros: paid * 100n, promo_micros: promo * 100n };
    return { funding, parts: divide({ ...funding, share_ppm, parts, related: false }) };
  });

const settle = ({
  funding,
  parts,
}: {
  funding: { paid_micros: bigint; promo_micros: bigint };
  parts: ReturnType<typeof divide>;
}) => templates.generationSettled(id, payer, funding, parts, DAY, 'Drift');

/** The half that a reversal takes back, everything being where it was earned. */
const halfOf = (
  parts: ReturnType<typeof divide>,
  half: 'pending_micros' | 'vesting_micros',
  from: templates.Place,
) => ({
  amount: parts.reduce((sum, part) => sum + part[half], 0n),
  creators: parts.flatMap((part) =>
    part.person_id === null ? [] : [{ creator: asId<AccountId>(part.person_id), from, amount: part[half] }],
  ),
  platform: parts.reduce((sum, part) => sum + (part.person_id === null ? part[half] : 0n), 0n),
});

describe('generations', () => {
  const mixed = {
    funding: { paid_micros: 600n, promo_micros: 400n },
    parts: divide({
      paid_micros: 600n,
      promo_micros: 400n,
      share_ppm: 700_000,
      parts: [
        { person_id: ada, role: 'creator', part_ppm: 500_000 },
        { person_id: ben, role: 'collaborator', part_ppm: 500_000 },
      ],
      related: false,
    }),
  };

  test('a creator’s cent comes from the payer and waits in the day of the charge', () =>
    does(
      settle(mixed),
      [paidCredits(payer), -600n],
      [pendingEarnings(ada, DAY), 210n],
      [pendingEarnings(ben, DAY), 210n],
      [platformEarnings, 180n],
      [promoCredits(payer), -400n],
      [vestingEarnings(ada, DAY), 140n],
      [vestingEarnings(ben, DAY), 140n],
      [platformPromoEarnings, 120n],
    ));

  test('a settlement is told by its parts: paid from 0, promo from 10, the payer first in each', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const postings = wellFormed(settle(input));
        const paid = postings.filter(({ part = 0 }) => part < templates.PROMO_PARTS_FROM);
        const promo = postings.filter(({ part = 0 }) => part >= templates.PROMO_PARTS_FROM);
        expect(paid.map(({ part }) => part)).toEqual(paid.map((_, row) => row));
        expect(promo.map(({ part }) => part)).toEqual(promo.map((_, row) => 10 + row));
        for (const { legs } of paid) expect(legs[0]?.account.key).toBe(paidCredits(payer).key);
        for (const { legs } of promo) expect(legs[0]?.account.key).toBe(promoCredits(payer).key);
        const effect = effectOf(postings);
        expect(effect.get(paidCredits(payer).key) ?? 0n).toBe(-input.funding.paid_micros);
        expect(effect.get(promoCredits(payer).key) ?? 0n).toBe(-input.funding.promo_micros);
        expect(kindsOf(postings)).toEqual(['charge']);
        expect(postings.every(({ id: cause, memo }) => cause === id && memo === 'Drift')).toBe(true);
      }),
    );
  });

  test('parts that do not sum to what was spent stop the settlement', () => {
    const { funding, parts } = mixed;
    const lacking = { ...funding, paid_micros: 500n };
    expect(() => settle({ funding: lacking, parts })).toThrow(/spent is what is earned/);
  });

  test('more persons than the parts of a half have room for stop it too', () => {
    const crowd = (persons: number) => ({
      funding: { paid_micros: BigInt(persons), promo_micros: 0n },
      parts: Array.from({ length: persons }, (_, index) => ({
        role: 'parent' as const,
        person_id: idOf<AccountId>('parent', String(index)),
        part_ppm: 1,
        amount_micros: 1n,
        pending_micros: 1n,
        vesting_micros: 0n,
      })),
    });
    expect(settle(crowd(50))).toHaveLength(10);
    expect(() => settle(crowd(51))).toThrow(/no more persons/);
  });

  test('who has two roles in a model is paid in one leg', () => {
    const part = { part_ppm: 1, amount_micros: 300n, pending_micros: 300n, vesting_micros: 0n };
    const twice = [
      { ...part, role: 'creator' as const, person_id: ada },
      { ...part, role: 'parent' as const, person_id: ada },
    ];
    does(
      settle({ funding: { paid_micros: 600n, promo_micros: 0n }, parts: twice }),
      [paidCredits(payer), -600n],
      [pendingEarnings(ada, DAY), 600n],
    );
  });

  test('the dollars of a batch are earned in one posting', () => {
    const revenue = templates.revenueRecognised(id, 1_200n);
    does([revenue], [deferredRevenue, -12n], [earnedRevenue, 12n]);
    expect([revenue.id, revenue.kind, revenue.part]).toEqual([idOf('revenue', id), 'revenue', 0]);
    expect(() => templates.revenueRecognised(id, 0n)).toThrow(/something/);
  });

  test('a refund is the exact opposite of its settlement, for every split and funding', () => {
    fc.assert(
      fc.property(charge, ({ funding, parts }) => {
        const paid = halfOf(parts, 'pending_micros', { of_day: DAY });
        const promo = { state: 'vesting' as const, ...halfOf(parts, 'vesting_micros', { vesting_of: DAY }) };
        const refund = templates.generationRefunded(idOf('refund'), payer, paid, promo, 'Drift');
        const revenue =
          funding.paid_micros > 0n ? [templates.revenueRecognised(id, funding.paid_micros)] : [];
        wellFormed(refund);
        does([...settle({ funding, parts }), ...revenue, ...refund]);
      }),
    );
  });

  test('once vested, too: vesting and its refund leave nothing behind', () => {
    fc.assert(
      fc.property(charge, fc.boolean(), ({ funding, parts }, matured) => {
        const resting = matured ? ('available' as const) : { of_day: DAY };
        const vesting = halfOf(parts, 'vesting_micros', resting);
        const vested = templates.promoVested(
          idOf('vesting'),
          DAY,
          vesting.creators.map(({ creator, amount }) => ({ creator, amount, to: resting })),
          vesting.platform,
        );
        wellFormed(vested);
        const paid = halfOf(parts, 'pending_micros', { of_day: DAY });
        const promo = { state: 'vested' as const, ...vesting };
        const refund = templates.generationRefunded(idOf('refund'), payer, paid, promo, 'Drift');
        const revenue =
          funding.paid_micros > 0n ? [templates.revenueRecognised(id, funding.paid_micros)] : [];
        does([...settle({ funding, parts }), ...revenue, ...vested, ...wellFormed(refund)]);
      }),
    );
  });

  test('what lapsed goes back to its budgets, and a refund after that comes out of them', () => {
    const half = halfOf(mixed.parts, 'vesting_micros', { vesting_of: DAY });
    const into = [
      { budget: 'welcome' as const, amount: 300n },
      { budget: 'pack-bonus' as const, amount: 100n },
    ];
    const lapsed = templates.promoLapsed(transaction, half, into);
    does(
      lapsed,
      [vestingEarnings(ada, DAY), -140n],
      [vestingEarnings(ben, DAY), -140n],
      [platformPromoEarnings, -120n],
      [budgetOf('welcome'), 300n],
      [budgetOf('pack-bonus'), 100n],
    );
    expect(lapsed[0]).toMatchObject({ kind: 'lapse', memo: 'Not covered by purchases in time' });
    const nothing = { amount: 0n, creators: [], platform: 0n };
    const promo = { state: 'lapsed' as const, ...nothing, amount: 400n, into };
    const refund = templates.generationRefunded(idOf('refund'), payer, nothing, promo, 'Drift');
    does(refund, [budgetOf('welcome'), -300n], [budgetOf('pack-bonus'), -100n], [promoCredits(payer), 400n]);
    expect(kindsOf(refund)).toEqual(['refund']);
  });

  test('what is not there any more is owed', () => {
    const paid = {
      amount: 600n,
      creators: [
        { creator: ada, from: 'available' as const, amount: 50n },
        { creator: ada, from: 'receivable' as const, amount: 160n },
        { creator: ben, from: { held_by }, amount: 210n },
      ],
      platform: 180n,
    };
    const promo = { state: 'vesting' as const, amount: 0n, creators: [], platform: 0n };
    does(
      templates.generationRefunded(idOf('refund'), payer, paid, promo, 'Drift'),
      [availableEarnings(ada), -50n],
      [receivable(ada), -160n],
      [heldEarnings(held_by, ben), -210n],
      [platformEarnings, -180n],
      [paidCredits(payer), 600n],
      [earnedRevenue, -6n],
      [deferredRevenue, 6n],
    );
  });
});

describe('earnings', () => {
  test('what promo credits earned is as good as paid once it vests, dollars included', () => {
    const parts = [{ creator: ada, amount: 280n, to: { of_day: DAY } }];
    const vested = templates.promoVested(transaction, DAY, parts, 120n);
    does(
      vested,
      [vestingEarnings(ada, DAY), -280n],
      [pendingEarnings(ada, DAY), 280n],
      [platformPromoEarnings, -120n],
      [platformEarnings, 120n],
      [promoReserve, -4n],
      [earnedRevenue, 4n],
    );
    expect(kindsOf(vested)).toEqual(['vesting']);
    does(
      templates.promoVested(transaction, DAY, [{ creator: ada, amount: 400n, to: 'available' }], 0n),
      [vestingEarnings(ada, DAY), -400n],
      [availableEarnings(ada), 400n],
      [promoReserve, -4n],
      [earnedRevenue, 4n],
    );
  });

  test('a day matures whole, and a debt takes half of it at most', () => {
    does(
      templates.dayMatured(ada, DAY, 101n, 0n),
      [pendingEarnings(ada, DAY), -101n],
      [availableEarnings(ada), 101n],
    );
    does(
      templates.dayMatured(ada, DAY, 101n, 30n),
      [pendingEarnings(ada, DAY), -101n],
      [availableEarnings(ada), 71n],
      [receivable(ada), 30n],
    );
    does(
      templates.dayMatured(ada, DAY, 101n, 500n),
      [pendingEarnings(ada, DAY), -101n],
      [availableEarnings(ada), 51n],
      [receivable(ada), 50n],
    );
    expect(templates.recoupedFrom(100n, 50n)).toBe(50n);
    expect(templates.recoupedFrom(100n, 51n)).toBe(50n);
    expect(templates.recoupedFrom(100n, 49n)).toBe(49n);
    const [posting] = templates.dayMatured(ada, DAY, 1n, 0n);
    expect(posting).toMatchObject({
      id: idOf('maturity', ada, DAY),
      kind: 'maturity',
      memo: 'Earned on 2026-11-22',
    });
  });

  test('a case holds from where earnings lie, and its release is the exact opposite', () => {
    const lying = [
      { creator: ada, place: { of_day: DAY }, amount: 40n },
      { creator: ada, place: 'available' as const, amount: 60n },
      { creator: ben, place: 'available' as const, amount: 5n },
    ];
    const held = templates.heldForCase(
      held_by,
      lying.map(({ place, ...part }) => ({ ...part, from: place })),
      'Why',
    );
    does(
      held,
      [pendingEarnings(ada, DAY), -40n],
      [availableEarnings(ada), -60n],
      [heldEarnings(held_by, ada), 100n],
      [availableEarnings(ben), -5n],
      [heldEarnings(held_by, ben), 5n],
    );
    const released = templates.caseReleased(
      held_by,
      lying.map(({ place, ...part }) => ({ ...part, to: place })),
      'Cleared',
    );
    does([...held, ...wellFormed(released)]);
    expect([held[0]?.kind, held[0]?.id, held[0]?.memo]).toEqual([
      'hold-for-case',
      idOf('case hold', held_by),
      'Why',
    ]);
    expect([released[0]?.kind, released[0]?.id]).toEqual(['release-of-case', idOf('case release', held_by)]);
    expect(released[0]?.memo).toBe('Cleared');
  });

  test('what is forfeited is ours', () => {
    const forfeited = templates.earningsForfeited(
      transaction,
      [
        { creator: ada, from: { held_by }, amount: 90n },
        { creator: ada, from: 'receivable', amount: 10n },
      ],
      'Confirmed',
    );
    does(forfeited, [heldEarnings(held_by, ada), -90n], [receivable(ada), -10n], [platformEarnings, 100n]);
    expect(forfeited[0]).toMatchObject({ kind: 'forfeit', memo: 'Confirmed' });
  });

  test('what disputed credits earned goes with its dollars to whoever paid us', () => {
    const clawed = templates.earningsClawedBack(
      transaction,
      { amount: 600n, creators: [{ creator: ada, from: { of_day: DAY }, amount: 420n }], platform: 180n },
      'test',
      'Drift',
    );
    does(
      clawed,
      [pendingEarnings(ada, DAY), -420n],
      [platformEarnings, -180n],
      [creditsSold, 600n],
      [earnedRevenue, -6n],
      [cash('test'), 6n],
    );
    expect(clawed[0]).toMatchObject({ kind: 'clawback', memo: 'Drift' });
  });

  test('an adjustment comes from its reason, and taking is the opposite of giving', () => {
    const adjustment = idOf<AdjustmentId>('an adjustment');
    const give = { reason: 'goodwill' as const, available: 70n, receivable: 0n, memo: 'Sorry' };
    const key = 'adjustments:goodwill';
    const given = templates.adjusted(adjustment, ada, give);
    expect(effectOf(wellFormed(given))).toEqual(
      new Map([
        [key, -70n],
        [availableEarnings(ada).key, 70n],
      ]),
    );
    const taken = templates.adjusted(adjustment, ada, { ...give, available: -50n, receivable: -20n });
    expect(effectOf(wellFormed(taken))).toEqual(
      new Map([
        [key, 70n],
        [availableEarnings(ada).key, -50n],
        [receivable(ada).key, -20n],
      ]),
    );
    expect(given[0]).toMatchObject({ id: adjustment, kind: 'adjustment', memo: 'Sorry' });
    expect(() => templates.adjusted(adjustment, ada, { ...give, available: 0n })).toThrow(
      /changes something/,
    );
  });
});

describe('disputes', () => {
  test('a dispute freezes what is left, and winning it gives it back', () => {
    const frozen = templates.purchaseDisputed(purchase, payer, 900n);
    does(frozen, [paidCredits(payer), -900n], [frozenCredits(purchase), 900n]);
    const won = templates.disputeWon(purchase, payer, 900n);
    does([...frozen, ...wellFormed(won)]);
    expect([frozen[0], won[0]].map((row) => [row?.id, row?.kind, row?.memo])).toEqual([
      [idOf('dispute', purchase), 'freeze', 'Payment disputed'],
      [idOf('dispute won', purchase), 'unfreeze', 'Dispute settled'],
    ]);
  });

  test('losing it takes back what is left, and what cannot be found is our loss', () => {
    const lost = templates.disputeLost(
      purchase,
      payer,
      { frozen: 900n, in_wallet: 100n, lost: 200n },
      { provider: 'test', fee_micro_usd: 15n },
    );
    does(
      lost,
      [frozenCredits(purchase), -900n],
      [paidCredits(payer), -100n],
      [creditsSold, 1_000n],
      [deferredRevenue, -10n],
      [chargebackLosses, -17n],
      [cash('test'), 27n],
    );
    expect([lost[0]?.id, lost[0]?.kind, lost[0]?.memo]).toEqual([
      idOf('dispute lost', purchase),
      'chargeback',
      'Payment taken back',
    ]);
    const left = { frozen: 0n, in_wallet: 0n, lost: 0n };
    expect(templates.disputeLost(purchase, payer, left, { provider: 'test', fee_micro_usd: 0n })).toEqual([]);
    for (const [less, fee_micro_usd] of [
      [-100n, 0n],
      [0n, -1n],
    ] as const)
      expect(() =>
        templates.disputeLost(purchase, payer, { ...left, lost: less }, { provider: 'test', fee_micro_usd }),
      ).toThrow(/not negative/);
  });
});

describe('payouts', () => {
  const sum = { amount: 5_000n, fee: 200n };
  const reserved = () => templates.payoutReserved(payout, ada, sum);
  const paid = () => templates.payoutPaid(payout, sum, 'test');

  test('a payout reserves amount and fee, and a failure gives both back', () => {
    does(reserved(), [availableEarnings(ada), -5_200n], [payoutReserve(payout), 5_200n]);
    const failed = templates.payoutFailed(payout, ada, sum);
    does([...reserved(), ...wellFormed(failed)]);
    expect([reserved()[0], failed[0]].map((row) => [row?.id, row?.kind, row?.memo])).toEqual([
      [idOf('payout reserved', payout), 'payout-reserve', 'Payout'],
      [idOf('payout failed', payout), 'payout-failure', 'Payout failed'],
    ]);
  });

  test('paying it empties the reserve, and the dollars leave', () => {
    does(
      [...reserved(), ...wellFormed(paid())],
      [availableEarnings(ada), -5_200n],
      [creditsPaidOut, 5_200n],
      [earnedRevenue, -52n],
      [cash('test'), 50n],
      [payoutFees('test'), 2n],
    );
    expect([paid()[0]?.id, paid()[0]?.kind, paid()[0]?.memo]).toEqual([
      idOf('payout paid', payout),
      'payout',
      'Payout',
    ]);
  });

  test('when it comes back only the fee is spent', () => {
    const returned = templates.payoutReturned(payout, ada, sum, 'test');
    does(
      [...reserved(), ...paid(), ...wellFormed(returned)],
      [availableEarnings(ada), -200n],
      [creditsPaidOut, 200n],
      [earnedRevenue, -2n],
      [payoutFees('test'), 2n],
    );
    expect([returned[0]?.id, returned[0]?.kind, returned[0]?.memo]).toEqual([
      idOf('payout returned', payout),
      'payout-return',
      'Payout returned',
    ]);
  });
});

describe('prizes', () => {
  test('an escrow is funded, awarded from and returned, and then it is empty', () => {
    const award = idOf<AwardId>('an award');
    const funded = templates.prizeEscrowFunded(round, 900n);
    const given = templates.prizeAwarded(award, 'escrow', round, ada, 600n);
    const returned = templates.prizeEscrowReturned(round, 300n);
    does(funded, [prizePool, -900n], [prizeEscrow(round), 900n]);
    does(given, [prizeEscrow(round), -600n], [awarded(ada), 600n]);
    does([...funded, ...given, ...wellFormed(returned)], [prizePool, -600n], [awarded(ada), 600n]);
    expect([funded[0], given[0], returned[0]].map((row) => [row?.id, row?.kind, row?.memo])).toEqual([
      [idOf('prize escrow', round), 'escrow', 'Prizes of the round'],
      [award, 'award', 'Award'],
      [idOf('prize escrow returned', round), 'escrow-return', 'Not awarded'],
    ]);
  });
});

describe('epochs and the chain', () => {
  const epoch = idOf<EpochId>('an epoch');
  const log = { block_hash: `0x${'0b'.repeat(32)}`, log_index: 3 };
  const commitment = (awarded_nanos: bigint, set_off_nanos: bigint) => ({
    ...{ person_id: ada, wallet: WALLET, awarded_nanos, set_off_nanos },
    amount_nanos: awarded_nanos - set_off_nanos,
  });

  test('a deposit makes good what was promised, and the rest is the pool’s', () => {
    does(templates.poolPromised(transaction, 500n), [treasuryPromised, -500n], [prizePool, 500n]);
    does(
      templates.poolFunded(log, place, { amount: 900n, promised: 500n }),
      [onChain(place), -900n],
      [treasuryPromised, 500n],
      [prizePool, 400n],
    );
    does(templates.surplusTaken(log, place, 400n), [prizePool, -400n], [onChain(place), 400n]);
  });

  test('what is committed is what was awarded less what is owed back, which the pool has; voided it lies where it lay', () => {
    const cut = templates.awardsCommitted(epoch, commitment(900n, 200n));
    does(
      cut,
      [awarded(ada), -900n],
      [awardsOwedBack(ada), 200n],
      [prizesRecoverable, -200n],
      [prizePool, 200n],
      [committed(WALLET), 700n],
    );
    does([...cut, ...templates.commitmentVoided(epoch, commitment(900n, 200n))]);
    // what they had given back was theirs after all
    does(
      templates.awardsCommitted(epoch, commitment(0n, -200n)),
      [awardsOwedBack(ada), -200n],
      [prizesRecoverable, 200n],
      [prizePool, -200n],
      [committed(WALLET), 200n],
    );
  });

  test('a claim is posted once for what a wallet was paid so far', () => {
    const paid = (cumulative_nanos: bigint, amount_nanos: bigint) =>
      templates.claimPaid(place, { wallet: WALLET, amount_nanos, cumulative_nanos });
    does(paid(700n, 700n), [committed(WALLET), -700n], [onChain(place), 700n]);
    expect(paid(700n, 700n)[0]?.id).toBe(paid(700n, 1n)[0]?.id);
    expect(paid(700n, 700n)[0]?.id).not.toBe(paid(701n, 1n)[0]?.id);
  });
});

describe('the chart of accounts', () => {
  test('whatever is dated carries its series and its day', () => {
    expect(pendingEarnings(ada, DAY)).toEqual({
      key: `creator:${ada}:pending:${DAY}`,
      asset: 'CREDIT',
      guarded: false,
      series: `creator:${ada}:pending`,
      day: DAY,
    });
    expect(vestingEarnings(ada, DAY).series).toBe(`creator:${ada}:vesting`);
  });

  test('what can be spent, held or reserved is guarded, and nothing else', () => {
    const guarded = [
      paidCredits(ada),
      promoCredits(ada),
      frozenCredits(purchase),
      availableEarnings(ada),
      heldEarnings(held_by, ada),
      payoutReserve(payout),
      budgetOf('welcome'),
      prizeEscrow(round),
      prizePool,
      committed(WALLET),
    ];
    expect(guarded.every((account) => account.guarded)).toBe(true);
    const accruing = [
      receivable(ada),
      transit('USD'),
      platformEarnings,
      cash('test'),
      awarded(ada),
      awardsOwedBack(ada),
      prizesRecoverable,
      onChain(place),
      treasuryPromised,
    ];
    expect(accruing.some((account) => account.guarded)).toBe(false);
    const keys = [...guarded, ...accruing].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
