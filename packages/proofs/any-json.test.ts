// Whoever verifies is given what strangers wrote. Whatever JSON that is, the answer says by name that it does not hold.
import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ProofBundle } from './bundle.ts';
import { exampleBundle, signed } from './example.ts';
import type { Finding } from './findings.ts';
import * as proofs from './index.ts';

let bundle: ProofBundle;
beforeAll(async () => {
  bundle = await exampleBundle();
});

const json = fc.jsonValue({ maxDepth: 3 });
const kind = fc.constantFrom<proofs.Header['kind'][]>('receipts-block', 'receipts-day', 'liabilities');

/** JSON that is nearly right: what it is given, with something else at one place. */
const nearly = (good: () => unknown) =>
  fc.tuple(json, fc.nat()).map(([odd, at]) => {
    const places = placesIn(good());
    return withOdd(good(), places[at % places.length] ?? [], odd);
  });

type Place = readonly (string | number)[];
const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const placesIn = (value: unknown, at: Place = []): Place[] => [
  at,
  ...(isBranch(value) ? Object.entries(value).flatMap(([key, below]) => placesIn(below, [...at, key])) : []),
];
function withOdd(value: unknown, [key, ...rest]: Place, odd: unknown): unknown {
  if (key === undefined) return odd;
  if (!isBranch(value)) return value;
  const below = withOdd(value[key], rest, odd);
  return Array.isArray(value) ? value.with(Number(key), below) : { ...value, [key]: below };
}

function isFinding(found: Finding): void {
  expect(found).toMatchObject({ name: expect.stringMatching(/^\w+$/), detail: expect.any(String) });
  expect(typeof found.holds).toBe('boolean');
}

const HEX = 'ab'.repeat(32);
const STEP = { hash: HEX, sum: '1' };

type Verifier = {
  /** What is good in shape, and what else there is to ask with. */
  asked: () => unknown[];
  /** Asks with whatever there is. */
  verify: (asked: never[]) => Promise<Finding | Finding[]>;
};
const verifier = <A extends unknown[]>(
  verify: (...asked: A) => Promise<Finding | Finding[]>,
  asked: () => unknown[],
): Verifier => ({ asked, verify: (values) => verify(...(values as unknown as A)) });

const VERIFIERS: Record<string, Verifier> = {
  verifyReceipt: verifier(proofs.verifyReceipt, () => [bundle]),
  verifyHeader: verifier(proofs.verifyHeader, () => [bundle.block, 'receipts-block', bundle.jwks]),
  verifyChain: verifier(proofs.verifyChain, () => [
    [bundle.block, bundle.block],
    'receipts-block',
    bundle.jwks,
    { header: {}, hash: HEX, kid: 'a', thumbprint: 'b' },
  ]),
  verifyInclusion: verifier(proofs.verifyInclusion, () => [
    Uint8Array.of(1),
    { index: 1, size: 2, path: [HEX] },
    HEX,
  ]),
  verifyLiability: verifier(proofs.verifyLiability, () => [
    { commitment: HEX, amount: '1' },
    { index: 1, size: 2, path: [STEP] },
    { root: HEX, total: '2', size: 2 },
  ]),
  verifyStatement: verifier(proofs.verifyStatement, () => [
    {
      statement: bundle.block,
      jwks: bundle.jwks,
      file: `sha256:${HEX}`,
      input: { text: '{}', salt: HEX },
    },
  ]),
};

test('every verifier that is exported is tried here', () => {
  const exported = Object.keys(proofs).filter((name) => name.startsWith('verify'));
  expect(Object.keys(VERIFIERS).sort()).toEqual(exported.sort());
});

describe.each(Object.entries(VERIFIERS))('%s', (_name, { asked, verify }) => {
  async function answers(values: unknown[]): Promise<boolean> {
    const found = await verify(values as never[]);
    const findings = Array.isArray(found) ? found : [found];
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) isFinding(finding);
    return findings.every(({ holds }) => holds);
  }

  test('answers whatever it is asked with, and believes none of it', async () => {
    const anything = fc.array(json, { minLength: 0, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anything, async (values) => {
        expect(await answers(values)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('answers what is right but for one place', async () => {
    await fc.assert(
      fc.asyncProperty(
        nearly(() => asked()),
        async (values) => {
          await answers(Array.isArray(values) ? values : [values]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('a header is looked at with any key set', async () => {
  await fc.assert(
    fc.asyncProperty(
      kind,
      nearly(() => bundle.jwks),
      async (of_kind, jwks) => {
        isFinding(await proofs.verifyHeader(bundle.block, of_kind, jwks as JSONWebKeySet));
      },
    ),
  );
});

test('a receipt may say anything, and a signed header too', async () => {
  const money = nearly(() => JSON.parse(bundle.receipt));
  await fc.assert(
    fc.asyncProperty(money, async (said) => {
      const checks = await proofs.verifyReceipt({ ...bundle, receipt: JSON.stringify(said) });
      for (const check of checks) isFinding(check);
    }),
    { numRuns: 300 },
  );

  const pair = await generateKeyPair('Ed25519');
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'mine' }] };
  const header = nearly(() =>
    JSON.parse(atob((bundle.block.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))),
  );
  await fc.assert(
    fc.asyncProperty(kind, header, async (of_kind, said) => {
      const jws = await signed(said as proofs.Header, { kid: 'mine', key: pair.privateKey });
      isFinding(await proofs.verifyHeader(jws, of_kind, jwks));
      isFinding(await proofs.verifyChain([jws, jws], of_kind, jwks));
    }),
  );
});

test('a receipt without a digest is said to have none', async () => {
  const digest = null as unknown as string;
  const checks = await proofs.verifyReceipt({ ...bundle, digest });
  expect(checks.find(({ name }) => name === 'digest')).toEqual({
    name: 'digest',
    holds: false,
    detail: 'the receipt or its digest is no text',
  });
});
