import fc from 'fast-check';
import { encodeFunctionData, type Hex, parseAbi } from 'viem';
import { expect, test } from 'vitest';
import { decodeClaim } from './decode-claim.ts';

const abi = parseAbi([
  'function claim(address account, uint256 cumulative, bytes32[] proof)',
  'function claimTo(address account, address to, uint256 cumulative, uint256 deadline, bytes32[] proof, bytes signature)',
]);
const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all): Hex => `0x${Buffer.from(all).toString('hex')}`);
const claim = fc.record({
  account: hex(20),
  cumulative: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  proof: fc.array(hex(32), { maxLength: 20 }),
});
type Claim = { account: Hex; cumulative: bigint; proof: Hex[] };
const encoded = ({ account, cumulative, proof }: Claim) =>
  encodeFunctionData({
    ...{ abi, functionName: 'claim' },
    args: [account, cumulative, proof],
  });

test('reads back any claim that the contract takes', () => {
  fc.assert(
    fc.property(claim, (one) => {
      expect(decodeClaim(encoded(one))).toEqual(one);
    }),
  );
});

test('takes nothing else for a claim', () => {
  const one: Claim = { account: `0x${'ab'.repeat(20)}`, cumulative: 5n, proof: [`0x${'01'.repeat(32)}`] };
  const data = encoded(one);
  const other = encodeFunctionData({
    ...{ abi, functionName: 'claimTo' },
    args: [one.account, `0x${'cd'.repeat(20)}`, one.cumulative, 9n, one.proof, '0x'],
  });
  const wrong = [
    other,
    '0x',
    '',
    data.slice(0, -2),
    `${data}${'00'.repeat(32)}`,
    data.slice(0, 10 + 64 * 3),
    // more than an address in the word of the address
    `${data.slice(0, 10)}1${data.slice(11)}`,
    data.replace(`${'0'.repeat(62)}60`, `${'0'.repeat(62)}80`),
  ];
  expect(wrong.map(decodeClaim)).toEqual(wrong.map(() => null));
});
