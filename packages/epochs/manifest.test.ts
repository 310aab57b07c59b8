import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ImpossibleEpoch,
  type Leaf,
  manifestDigest,
  type Place,
  readManifest,
  type Refusal,
  writeManifest,
} from './index.ts';

const here: Place = { chain_id: 31_337n, distributor: `0x${'ab'.repeat(20)}` };
const ada: Leaf = { wallet: `0x${'01'.repeat(20)}`, cumulative: 5_000_000_000n };
const ben: Leaf = { wallet: `0x${'0c'.repeat(20)}`, cumulative: 7_000_000_000n };

const text = [
  `{"chain_id":"31337","distributor":"0x${'ab'.repeat(20)}","epoch":"7","format":"stellary-epoch/1","leaves":"2","total":"12000000000"}`,
  `{"cumulative":"5000000000","wallet":"0x${'01'.repeat(20)}"}`,
  `{"cumulative":"7000000000","wallet":"0x${'0c'.repeat(20)}"}`,
  '',
].join('\n');

const utf8 = (of: string) => new TextEncoder().encode(of);

function refusalOf(act: () => unknown): Refusal | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof ImpossibleEpoch) return error.refusal;
    throw error;
  }
}

test('is this text, byte by byte, whatever the order that leaves are given in', () => {
  for (const leaves of [
    [ada, ben],
    [ben, ada],
  ]) {
    const bytes = writeManifest({ place: here, epoch: 7n, leaves });
    expect(new TextDecoder().decode(bytes)).toBe(text);
    expect(manifestDigest(bytes)).toBe(`0x${createHash('sha256').update(text).digest('hex')}`);
  }
});

const hexOf = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const leaves = fc.uniqueArray(
  fc.record({ wallet: hexOf(20), cumulative: fc.bigInt({ min: 1n, max: 2n ** 120n }) }),
  { minLength: 1, maxLength: 60, selector: (leaf) => leaf.wallet },
);

test('what is read is what was written, and written again it is the same bytes and digest', () => {
  fc.assert(
    fc.property(
      leaves,
      hexOf(20),
      fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
      (given, distributor, epoch) => {
        fc.pre(given.every(({ wallet }) => wallet !== distributor && /[1-9a-f]/.test(wallet.slice(2))));
        fc.pre(/[1-9a-f]/.test(distributor.slice(2)));
        const place = { chain_id: epoch, distributor };
        const bytes = writeManifest({ place, epoch, leaves: given });
        const read = readManifest(bytes);
        expect(read).toEqual({
          ...{ place, epoch },
          leaves: given.toSorted((a, b) => (a.wallet < b.wallet ? -1 : 1)),
          total: given.reduce((sum, { cumulative }) => sum + cumulative, 0n),
        });
        const again = writeManifest(read);
        expect(again).toEqual(bytes);
        expect(manifestDigest(again)).toBe(manifestDigest(bytes));
      },
    ),
    { numRuns: 60 },
  );
});

test('with any piece of it exchanged it is refused, or it is a manifest that is written just so', () => {
  const piece = fc.constantFrom(
    '',
    '0',
    '1',
    'a',
    'A',
    '"',
    ',',
    '{',
    '}',
    '\n',
    '\r\n',
    ' ',
    '-',
    'é',
    '00',
    '\0',
  );
  let refused = 0;
  fc.assert(
    fc.property(fc.nat({ max: text.length }), fc.nat({ max: 3 }), piece, (at, gone, put) => {
      const changed = text.slice(0, at) + put + text.slice(at + gone);
      fc.pre(changed !== text);
      try {
        expect(writeManifest(readManifest(utf8(changed)))).toEqual(utf8(changed));
      } catch (error) {
        expect(error).toBeInstanceOf(ImpossibleEpoch);
        refused += 1;
      }
    }),
    { numRuns: 1_500 },
  );
  expect(refused).toBeGreaterThan(1_000);
});

describe('refused by name', () => {
  const [header = '', first = '', second = ''] = text.split('\n');
  const of = (...lines: string[]) => `${lines.join('\n')}\n`;
  const huge = '9'.repeat(10_000);
  test.each<[Refusal, string, string]>([
    ['MANIFEST_LINE_ENDS', 'nothing', ''],
    ['MANIFEST_LINE_ENDS', 'the last line is cut off', text.slice(0, -1)],
    ['MANIFEST_LINE_ENDS', 'carriage returns', text.replaceAll('\n', '\r\n')],
    ['MANIFEST_LINE_ENDS', 'something behind it', `${text}x`],
    ['MANIFEST_HEADER', 'no header', of(first, second)],
    ['MANIFEST_HEADER', 'a byte order mark', `\ufeff${text}`],
    ['MANIFEST_HEADER', 'another format', text.replace('epoch/1', 'epoch/2')],
    ['MANIFEST_HEADER', 'a number that is no text', text.replace('"7"', '7')],
    ['MANIFEST_HEADER', 'a number with a zero before it', text.replace('"7"', '"07"')],
    ['MANIFEST_HEADER', 'a field of its own', text.replace('"epoch"', '"by":"me","epoch"')],
    ['MANIFEST_LINE', 'an empty line at the end', `${text}\n`],
    [
      'MANIFEST_LINE',
      'fields in another order',
      text.replace(first, `{"wallet":"${ada.wallet}","cumulative":"5000000000"}`),
    ],
    ['MANIFEST_LINE', 'a space', text.replace('"cumulative":', '"cumulative": ')],
    ['MANIFEST_LINE', 'an amount with a sign', text.replace('"5000000000"', '"-5000000000"')],
    ['MANIFEST_LINE', 'an amount with a zero before it', text.replace('"5000000000"', '"05000000000"')],
    ['MANIFEST_LINE', 'an amount of ten thousand digits', text.replace('"5000000000"', `"${huge}"`)],
    ['MANIFEST_LINE', 'a wallet that is too short', text.replace(ada.wallet, ada.wallet.slice(0, -1))],
    ['MANIFEST_NOT_SORTED', 'another order', of(header, second, first)],
    ['DUPLICATE_WALLET', 'a wallet twice', of(header, first, first)],
    ['MANIFEST_COUNT_DIFFERS', 'a leaf too few', of(header, first)],
    ['MANIFEST_TOTAL_DIFFERS', 'a unit more', text.replace('"7000000000"', '"7000000001"')],
    ['AMOUNT_NOT_POSITIVE', 'nothing for a wallet', text.replace('"5000000000"', '"0"')],
    ['AMOUNT_TOO_LARGE', 'more than 128 bits', text.replace('"5000000000"', `"${2n ** 128n}"`)],
    ['ADDRESS_NOT_LOWER_CASE', 'a wallet in capitals', text.replace(ben.wallet, `0x${'0C'.repeat(20)}`)],
    ['ADDRESS_NOT_LOWER_CASE', 'the distributor in capitals', text.replace('abab', 'ABab')],
    ['ZERO_ADDRESS', 'the zero address', text.replace(ada.wallet, `0x${'0'.repeat(40)}`)],
    ['DISTRIBUTOR_PAID', 'the distributor itself', text.replace(ben.wallet, here.distributor)],
    ['EPOCH_IMPOSSIBLE', 'epoch 0', text.replace('"7"', '"0"')],
    ['CHAIN_ID_IMPOSSIBLE', 'chain 0', text.replace('"31337"', '"0"')],
    ['NO_LEAVES', 'no leaf', of(header.replace('"2"', '"0"').replace('12000000000', '0'))],
  ])('%s: %s', (refusal, _name, changed) => {
    expect(refusalOf(() => readManifest(utf8(changed)))).toBe(refusal);
  });

  test('MANIFEST_NOT_TEXT: bytes that are no UTF-8', () => {
    expect(refusalOf(() => readManifest(Uint8Array.of(0xff, 0x0a)))).toBe('MANIFEST_NOT_TEXT');
  });

  test('what could not be read is not written', () => {
    expect(refusalOf(() => writeManifest({ place: here, epoch: 0n, leaves: [ada] }))).toBe(
      'EPOCH_IMPOSSIBLE',
    );
    expect(refusalOf(() => writeManifest({ place: here, epoch: 1n, leaves: [ada, ada] }))).toBe(
      'DUPLICATE_WALLET',
    );
  });
});
