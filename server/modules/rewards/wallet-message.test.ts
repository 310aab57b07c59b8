import fc from 'fast-check';
import { createSiweMessage, parseSiweMessage } from 'viem/siwe';
import { expect, test } from 'vitest';
import { linkMessage } from './index.ts';

const at = new Date('2026-11-24T03:00:00.123Z');
const expires_at = new Date(at.getTime() + 600_000);
const link = {
  ...{ origin: 'https://creators.stellary.example', handle: 'ada-l', chain_id: 31_337n },
  ...{ address: '0x52908400098527886e0f7030069857d2e4169ee7', nonce: 'c0ffee00c0ffee00' },
  ...{ asked_at: at, expires_at },
};

test('the message is the one of EIP-4361, byte for byte as viem writes it', () => {
  const hex = (digits: number) =>
    fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits });
  fc.assert(
    fc.property(hex(40), hex(32), fc.integer({ min: 1 }), (digits, nonce, chain) => {
      const address = `0x${digits.join('')}` as const;
      const message = linkMessage({
        ...{ ...link, address, nonce: nonce.join(''), chain_id: BigInt(chain) },
      });
      const statement = message.split('\n')[3] ?? '';
      expect(statement).toContain('@ada-l');
      expect(message).toBe(
        createSiweMessage({
          ...{ address, chainId: chain, domain: 'creators.stellary.example', nonce: nonce.join('') },
          ...{ uri: 'https://creators.stellary.example/settings/wallets', version: '1', statement },
          ...{ issuedAt: at, expirationTime: expires_at },
        }),
      );
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['http://127.0.0.1:3000', '127.0.0.1:3000'],
  ['http://studio:3000', 'studio:3000'],
  ['http://[::1]:3000', '[::1]:3000'],
])('it names the host of the page %s', (origin, host) => {
  const message = linkMessage({ ...link, origin });
  expect(message.split('\n')[0]).toBe(`${host} wants you to sign in with your Ethereum account:`);
  expect(parseSiweMessage(message)).toMatchObject({ chainId: 31_337, expirationTime: expires_at });
});
