import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { payoutFailed, payoutPaid, payoutReserved } from '../../server/flows/postings/index.ts';
import { vestWhatIsCovered } from '../../server/flows/vest-promo-earnings.ts';
import { newId, type PayoutId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { closeWhatIsOver } from '../../server/roles/worker.ts';
import { buy, expectEverythingHolds, releaseOf } from '../acts.ts';
import { comeBack, financePerson, generate, holdPeriodPasses, idOf } from '../finance.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-02T12:00:00Z'));
let world: World;
beforeAll(async () => (world = await startWorld({ engine: scriptedEngine(), clock })));
afterAll(() => world.end());

const header = () => ({ 'idempotency-key': randomUUID() });

test(
  'whatever happens to money in two months stands in the statements, and they add up',
  { timeout: 180_000 },
  async () => {
    const mira = { ...(await world.creator('mira-solberg')), email: 'mira-solberg@house.invalid' };
    const [kira, sly] = [await world.member('kira'), await world.member('sly')];
    const [lena, omar] = [await financePerson(world, 'lena'), await financePerson(world, 'omar')];
    const everybody = [mira, kira, sly, lena, omar];
    const release_id = await releaseOf(kira);
    const { finance } = lena.api;
    const openCase = async (...generation_ids: string[]) =>
      (await finance.createCase({ headers: header(), body: { generation_ids, reason: 'Why' } })).id;
    const resolve = (id: string, outcome: 'cleared' | 'forfeited' | 'refunded') =>
      omar.api.finance.createCaseResolution({ id, outcome, note: 'So' });
    const adjust = async (direction: 'give' | 'take', amount_micros: string) => {
      const body = {
        handle: 'mira-solberg',
        direction,
        amount_micros,
        reason: 'goodwill',
        memo: '=1+1',
      } as const;
      const { id } = await finance.createAdjustment({ headers: header(), body });
      await omar.api.finance.createAdjustmentApproval({ id });
    };

    const [won, lost] = [await buy(kira, 'pack-1000'), await buy(sly, 'pack-1000')];
    const november: string[] = [];
    for (const kind of ['paid', 'paid', 'paid', 'paid', 'paid', 'promo', 'promo'] as const)
      november.push(await generate(kira, release_id, kind));
    await generate(sly, release_id, 'paid');
    expect(await vestWhatIsCovered(world.context)).toBeGreaterThan(0);
    await finance.createRefund({ id: november[0] ?? '', reason: 'Black' });
    const pending = await openCase(november[1] ?? '');
    await holdPeriodPasses(world, clock, everybody);
    await resolve(pending, 'cleared');

    await payOut('paid', 1_000_000n);
    await payOut('failed', 700_000n);
    await finance.createRefund({ id: november[2] ?? '', reason: 'Black, and paid out already' });
    await resolve(await openCase(november[3] ?? ''), 'forfeited');
    clock.set(new Date('2026-12-03T12:00:00Z'));
    for (const person of everybody) await comeBack(person);
    await resolve(await openCase(november[4] ?? ''), 'refunded');
    await adjust('give', '5000000');
    await adjust('take', '300000');
    for (const [purchase, outcome] of [
      [won, 'won'],
      [lost, 'lost'],
    ] as const) {
      const { id } = await finance.createDispute({ id: purchase.purchase_id, reference: 'D-1' });
      await finance.createDisputeResolution({ id, outcome, note: 'So', fee_usd_cents: 1_500 });
    }
    await generate(kira, release_id, 'paid');
    clock.set(new Date('2027-01-01T00:10:00Z'));
    while ((await closeWhatIsOver(world.context)) > 0);
    for (const person of everybody) await comeBack(person);

    const kinds = new Set<string>();
    for (const person of [mira, kira, sly]) {
      for (const month of ['2026-11', '2026-12']) {
        const { sealed, lines } = await person.api.earnings.getStatement({ month });
        expect(sealed).not.toBeNull();
        for (const { kind } of lines) kinds.add(kind);
      }
    }
    expect([...kinds].sort()).toEqual([
      ...[
        'adjustment',
        'charge',
        'chargeback',
        'clawback',
        'forfeit',
        'freeze',
        'grant',
        'hold-for-case',
        'maturity',
      ],
      ...[
        'payout',
        'payout-failure',
        'payout-reserve',
        'purchase',
        'refund',
        'release-of-case',
        'unfreeze',
        'vesting',
      ],
    ]);
    const december = await mira.api.earnings.getStatement({ month: '2026-12' });
    const refund = december.lines.find(({ generation_id }) => generation_id === november[4]);
    expect(refund).toMatchObject({ original_period: '2026-11' });
    const csv = await (await mira.api.earnings.exportStatement({ month: '2026-12' })).text();
    expect(csv).toContain("'=1+1");
    await expectEverythingHolds(world, { but: ['payout-reserve', 'payout', 'payout-failure'] });

    async function payOut(end: 'paid' | 'failed', amount: bigint): Promise<void> {
      const creator = await idOf(mira);
      const id = newId<PayoutId>(clock.now());
      const sum = { amount, fee: 0n };
      const ending = end === 'paid' ? payoutPaid(id, sum, 'test') : payoutFailed(id, creator, sum);
      for (const postings of [payoutReserved(id, creator, sum), ending])
        await world.context.database.inTransaction((tx) => ledger.post(tx, postings, clock.now()));
    }
  },
);
