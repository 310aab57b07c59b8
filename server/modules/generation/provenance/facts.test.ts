import { createSecretKey } from 'node:crypto';
import { verifyStatement } from '@stellary/proofs';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { canonicalInput, type Facts, inputCommitment, inputSalt } from './facts.ts';
import { statementOf } from './statement.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const input = { prompt: 'a red boat', picture: '0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8d' };
const facts: Facts = {
  asset_id: 'a1',
  generation_id: 'g1',
  modality: 'image',
  release: { id: 'r1', model: 'drift', title: 'Drift', version: '1.0.0', digest: `sha256:${'a'.repeat(64)}` },
  input: inputCommitment(inputSalt(key, 'g1'), 'g1', input),
  seed: 7,
  // an outside engine that does not say what it is
  runtime: { name: 'cog', version: '', provider: '', arch: '' },
  parents: [{ digest: `sha256:${'c'.repeat(64)}`, origin: 'platform' }],
  made_at: '2026-11-22T12:00:00.000Z',
};

test('what the server says of an asset holds for whoever checks it, its parents and its input too', async () => {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const files = [{ role: 'master', digest: 'b'.repeat(64), mime: 'image/webp', bytes: 3 }];
  const statement = await new CompactSign(Buffer.from(statementOf(facts, files, null)))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'one', typ: 'stellary-asset-statement+jws' })
    .sign(pair.privateKey);
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', kty: 'OKP' }] };
  const shown = { text: canonicalInput(input), salt: inputSalt(key, 'g1') };
  const checks = await verifyStatement({
    statement,
    jwks,
    file: `sha256:${'b'.repeat(64)}`,
    input: shown,
  });
  expect(checks.map(({ holds }) => holds)).toEqual([true, true, true]);
  expect(checks[0]?.statement).toMatchObject({
    parents: facts.parents,
    runtime: { name: 'cog', version: 'unknown' },
    c2pa: null,
  });
});

test('the same input of two generations has two commitments', () => {
  expect(inputCommitment(inputSalt(key, 'g2'), 'g2', input)).not.toBe(facts.input);
});
