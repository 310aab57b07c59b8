import { beforeAll, describe, expect, test } from 'vitest';
import { type ProofBundle } from './bundle.ts';
import { sha256Hex } from './bytes.ts';
import { canonical } from './canonical.ts';
import { exampleBundle, exampleMoney } from './example.ts';
import {
  type Check,
  type CheckName,
  type ReceiptEvidence,
  type ReceiptMoney,
  verifyReceipt,
} from './receipt.ts';

let bundle: ProofBundle;
beforeAll(async () => {
  bundle = await exampleBundle();
});

const failing = (checks: Check[]): CheckName[] =>
  checks.filter(({ holds }) => !holds).map(({ name }) => name);
const failed = async (change: Partial<ReceiptEvidence>): Promise<CheckName[]> =>
  failing(await verifyReceipt({ ...bundle, ...change }));

/** Another receipt in the place of the true one, with its own digest: what a liar would write into the books. */
const written = async (change: (money: ReceiptMoney) => ReceiptMoney) =>
  verifyReceipt(await exampleBundle(change));

describe('a receipt that is in order', () => {
  test('holds in every check, and each says what it found', async () => {
    const checks = await verifyReceipt(bundle);
    expect(checks.map(({ name, holds }) => [name, holds])).toEqual([
      ['canonical', true],
      ['digest', true],
      ['split', true],
      ['sums', true],
      ['charge', true],
      ['block_signed', true],
      ['in_block', true],
      ['day_signed', true],
      ['in_day', true],
      ['payer', true],
    ]);
    expect(Object.fromEntries(checks.map(({ name, detail }) => [name, detail]))).toMatchObject({
      split: 'the terms give these 4 parts',
      sums: 'the parts sum to the 2250002 micro-credits that were charged',
      charge: 'charged 2250002 of 2250502 quoted',
      in_block: 'receipt 2 of 3 in block 2, closed 2026-11-22T10:00:05.000Z',
      in_day: 'block 2 is one of 2 of 2026-11-22',
      payer: 'paula paid',
    });
  });

  test('needs neither a day that is not over nor the payer', async () => {
    const { day: _day, day_proof: _proof, payer: _payer, ...rest } = bundle;
    const checks = await verifyReceipt(rest);
    expect(failing(checks)).toEqual([]);
    expect(checks.map(({ name }) => name)).not.toContain('in_day');
  });

  test('may say more than what is checked', async () => {
    expect(failing(await written((money) => ({ ...money, settled_at: '2026-11-22T10:00:01.000Z' })))).toEqual(
      [],
    );
  });

  test('of a related generation pays the platform alone', async () => {
    const related = await written((money) => ({
      ...money,
      related: true,
      parts: [
        {
          role: 'platform',
          person_id: null,
          part_ppm: 1_000_000,
          amount_micros: money.charged_micros,
          pending_micros: money.funding.paid_micros,
          vesting_micros: money.funding.promo_micros,
        },
      ],
    }));
    expect(failing(related)).toEqual([]);
    expect(failing(await written((money) => ({ ...money, related: true })))).toEqual(['split']);
  });
});

describe('a receipt that was changed after it was written', () => {
  test('by one digit', async () => {
    const receipt = bundle.receipt.replace('"part_ppm":750000', '"part_ppm":750001');
    expect(receipt).not.toBe(bundle.receipt);
    expect(await failed({ receipt })).toEqual(['digest', 'split']);
  });

  test('by a digit and its digest', async () => {
    const receipt = bundle.receipt.replace('"quoted_micros":"2250502"', '"quoted_micros":"2250503"');
    expect(await failed({ receipt, digest: `sha256:${await sha256Hex(receipt)}` })).toEqual(['in_block']);
  });

  test('by a blank', async () => {
    const checks = await verifyReceipt({ ...bundle, receipt: `${bundle.receipt} ` });
    expect(failing(checks)).toEqual(['canonical', 'digest', 'split', 'sums', 'charge', 'payer']);
    expect(checks[0]?.detail).toBe('the text is not canonical JSON');
  });

  test('by the digest alone', async () => {
    expect(await failed({ digest: 'sha256:' })).toEqual(['digest', 'in_block']);
    expect(await failed({ digest: bundle.digest.replace('sha256:', '') })).toEqual(['digest']);
  });
});

describe('a receipt that was wrong when it was written', () => {
  const parts = (money: ReceiptMoney, at: number, change: Partial<ReceiptMoney['parts'][number]>) => ({
    ...money,
    parts: money.parts.map((part, index) => (index === at ? { ...part, ...change } : part)),
  });

  test('somebody else is paid, or in another role, or another share is named', async () => {
    for (const change of [{ person_id: 'mallory' }, { role: 'parent' as const }, { part_ppm: 1 }])
      expect(failing(await written((money) => parts(money, 0, change)))).toEqual(['split']);
  });

  test('an amount, or one of its halves', async () => {
    for (const change of [{ amount_micros: '1' }, { pending_micros: '1' }, { vesting_micros: '1' }]) {
      const checks = await written((money) => parts(money, 1, change));
      expect(failing(checks)).toEqual(['split', 'sums']);
      expect(checks.find(({ name }) => name === 'split')?.detail).toMatch(/^part 2 should be \{/);
    }
  });

  test('two units change hands between two people', async () => {
    const checks = await written((money) => ({
      ...money,
      parts: money.parts.map((part, index) =>
        index < 2
          ? {
              ...part,
              amount_micros: (BigInt(part.amount_micros) + (index === 0 ? 2n : -2n)).toString(),
              pending_micros: (BigInt(part.pending_micros) + (index === 0 ? 2n : -2n)).toString(),
            }
          : part,
      ),
    }));
    expect(failing(checks)).toEqual(['split']);
  });

  test('a part is left out, or one is added', async () => {
    const less = await written((money) => ({ ...money, parts: money.parts.slice(0, 3) }));
    expect(failing(less)).toEqual(['split', 'sums']);
    expect(less[2]?.detail).toBe('the terms give 4 parts, and there are 3');
    expect(failing(await written((money) => ({ ...money, parts: money.parts.concat(money.parts) })))).toEqual(
      ['split', 'sums'],
    );
  });

  test('more is charged than was quoted, or than was paid', async () => {
    expect(failing(await written((money) => ({ ...money, quoted_micros: '2250001' })))).toEqual(['charge']);
    expect(failing(await written((money) => ({ ...money, quoted_micros: '2250002' })))).toEqual([]);
    const dearer = await written((money) => ({ ...money, charged_micros: '2250003' }));
    expect(failing(dearer)).toEqual(['sums']);
    expect(dearer[3]?.detail).toBe('parts sum to 2250002, not 2250003; funding sum to 2250002, not 2250003');
  });

  test('terms that nobody can divide by', async () => {
    const impossible = await written((money) => ({
      ...money,
      terms: { ...money.terms, share_ppm: 1_000_001 },
    }));
    expect(failing(impossible)).toEqual(['split']);
    expect(impossible[2]?.detail).toContain('a share lies between nothing and all');
  });

  const without: [string, (money: ReceiptMoney) => unknown][] = [
    ['receipt_version', (money) => ({ ...money, receipt_version: 2 })],
    ['generation_id', (money) => ({ ...money, generation_id: undefined })],
    ['payer', (money) => ({ ...money, payer: null })],
    ['related', (money) => ({ ...money, related: 'no' })],
    ['quoted_micros', (money) => ({ ...money, quoted_micros: 1 })],
    ['charged_micros', (money) => ({ ...money, charged_micros: '-1' })],
    ['funding.promo_micros', (money) => ({ ...money, funding: null })],
    ['funding.paid_micros', (money) => ({ ...money, funding: { promo_micros: '0', paid_micros: '01' } })],
    ['terms.share_ppm', (money) => ({ ...money, terms: {} })],
    ['terms.split_parts', (money) => ({ ...money, terms: { share_ppm: 1, split_parts: [{}] } })],
    ['terms.royalties', (money) => ({ ...money, terms: { ...money.terms, royalties: 'none' } })],
    ['parts', (money) => ({ ...money, parts: [null] })],
    ['parts', (money) => ({ ...money, parts: [{ ...money.parts[0], amount_micros: '1.5' }] })],
  ];
  test.each(without)('its %s is amiss', async (name, change) => {
    const receipt = canonical(change(await exampleMoney('generation-2', 2_000_002n)));
    const checks = await verifyReceipt({ ...bundle, receipt });
    expect(checks[0]).toEqual({ name: 'canonical', holds: false, detail: `its ${name} is amiss` });
    expect(failing(checks)).toEqual(['canonical', 'digest', 'split', 'sums', 'charge', 'payer']);
  });
});

describe('a receipt whose place in the books is not shown', () => {
  test('another place, another size, another path', async () => {
    expect(await failed({ proof: { ...bundle.proof, index: 0 } })).toEqual(['in_block']);
    expect(await failed({ proof: { ...bundle.proof, size: 4 } })).toEqual(['in_block']);
    expect(await failed({ proof: { ...bundle.proof, path: [] } })).toEqual(['in_block']);
  });

  test('a block of another house', async () => {
    const { block, day } = await exampleBundle();
    expect(await failed({ block })).toEqual(['block_signed', 'in_block', 'in_day']);
    expect(await failed({ day: day ?? '' })).toEqual(['day_signed', 'in_day']);
    expect(await failed({ jwks: { keys: [] } })).toEqual([
      'block_signed',
      'in_block',
      'day_signed',
      'in_day',
    ]);
  });

  test('a day in the place of a block, and half of a day', async () => {
    expect(await failed({ block: bundle.day ?? '' })).toEqual(['block_signed', 'in_block', 'in_day']);
    expect(await failed({ day: bundle.block })).toEqual(['day_signed', 'in_day']);
    expect(await failed({ day: undefined })).toEqual(['day_signed', 'in_day']);
    expect(await failed({ day_proof: undefined })).toEqual(['in_day']);
  });

  test('another place in the day', async () => {
    const { day_proof } = bundle;
    if (!day_proof) throw new Error('the example has a day');
    expect(await failed({ day_proof: { ...day_proof, index: 0 } })).toEqual(['in_day']);
    expect(await failed({ day_proof: { ...day_proof, size: 3 } })).toEqual(['in_day']);
    expect(await failed({ day_proof: { ...day_proof, path: [] } })).toEqual(['in_day']);
  });

  test('somebody who did not pay', async () => {
    expect(await failed({ payer: { id: 'mallory', salt: bundle.payer?.salt ?? '' } })).toEqual(['payer']);
    expect(await failed({ payer: { id: 'paula', salt: 'guess' } })).toEqual(['payer']);
  });
});
