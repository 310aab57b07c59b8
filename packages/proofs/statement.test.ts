import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CompactSign, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AssetStatement,
  canonical,
  hex,
  inputCommitment,
  parseStatementBundle,
  sha256,
  STATEMENT_FORMAT,
  ASSET_STATEMENT_TYPE,
  verifyStatement,
} from './index.ts';

const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const jwks = {
  keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', kty: 'OKP' }],
} satisfies JSONWebKeySet;
const others = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });

const file = new TextEncoder().encode('a picture');
const digest = `sha256:${hex(await sha256(file))}`;
const input = { text: '{"prompt":"a red boat"}', salt: 'f'.repeat(64) };
const statement: AssetStatement = {
  statement_version: 1,
  asset_id: 'a1',
  generation_id: 'g1',
  modality: 'image',
  files: [{ role: 'master', digest, mime: 'image/webp', bytes: file.length }],
  release: { id: 'r1', model: 'drift', version: '1.0.0', digest: `sha256:${'a'.repeat(64)}` },
  input: await inputCommitment(input.salt, 'g1', input.text),
  seed: 7,
  runtime: { name: 'onnxruntime-node', version: '1.30.0', provider: 'cpu', arch: 'x64' },
  parents: [{ digest: `sha256:${'b'.repeat(64)}`, origin: 'upload' }],
  c2pa: null,
  issued_at: '2026-11-22T12:00:00.000Z',
};
const sign = (payload: object, { typ = ASSET_STATEMENT_TYPE, key = keys.privateKey } = {}) =>
  new CompactSign(new TextEncoder().encode(canonical(payload)))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'one', typ })
    .sign(key);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'stellary-statement-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a statement holds for its file and the input that was asked for', async () => {
  const signed = await sign(statement);
  const found = await verifyStatement({ statement: signed, jwks, file, input });
  expect(found).toMatchObject([
    { name: 'signed', holds: true },
    { name: 'file', holds: true, detail: `${digest} is its master` },
    { name: 'input', holds: true },
  ]);
  expect(found[0]?.statement).toEqual(statement);
  expect(await verifyStatement({ statement: signed, jwks, file: digest })).toHaveLength(2);
});

test('another file, another input, other keys and another kind of text do not hold', async () => {
  const signed = await sign(statement);
  const holds = async (evidence: object) =>
    (await verifyStatement({ statement: signed, jwks, ...evidence })).map((check) => check.holds);
  expect(await holds({ file: new TextEncoder().encode('a pictures') })).toEqual([true, false]);
  expect(await holds({ input: { ...input, text: '{"prompt":"a red coat"}' } })).toEqual([true, false]);
  expect(await holds({ input: { ...input, salt: '0'.repeat(64) } })).toEqual([true, false]);
  expect(await holds({ statement: await sign(statement, { key: others.privateKey }), file })).toEqual([
    false,
    false,
  ]);
  expect(await holds({ statement: await sign(statement, { typ: 'stellary-root+jws' }) })).toEqual([false]);
  const forged = signed.replace(
    /\.(.)([^.]*)$/,
    (_all, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`,
  );
  expect(await holds({ statement: forged })).toEqual([false]);
});

test('a signed text that has not the shape of a statement is none', async () => {
  const wrong: object[] = [
    { ...statement, prompt: 'a red boat' },
    { ...statement, seed: -1 },
    { ...statement, files: [{ role: 'master', digest: 'x', mime: 'image/webp', bytes: 1 }] },
    { ...statement, parents: [{ digest, origin: 'nowhere' }] },
    { ...statement, issued_at: 'yesterday' },
  ];
  for (const payload of wrong) {
    const found = await verifyStatement({ statement: await sign(payload), jwks });
    expect(found).toMatchObject([{ name: 'signed', holds: false }]);
    expect(found[0]).not.toHaveProperty('statement');
  }
  for (const nonsense of [null, 7, 'x', {}, { statement: 1, jwks: 2, file: 3, input: 4 }])
    expect((await verifyStatement(nonsense as never))[0]?.holds).toBe(false);
});

test('the command checks a statement and the file in the hand', async () => {
  const bundle = { format: STATEMENT_FORMAT, statement: await sign(statement), input, jwks };
  expect(parseStatementBundle(JSON.stringify(bundle))).toEqual(bundle);
  const at = (name: string) => path.join(folder, name);
  await writeFile(at('statement.json'), JSON.stringify(bundle));
  await writeFile(at('keys.json'), JSON.stringify(jwks));
  await writeFile(at('picture.webp'), file);
  await writeFile(at('other.webp'), 'another');
  const run = (...words: string[]) =>
    new Promise<{ code: number; out: string }>((said) =>
      execFile(
        process.execPath,
        [path.join(import.meta.dirname, 'cli.ts'), at('statement.json'), ...words],
        (error, out) => said({ code: error ? Number(error.code ?? -1) : 0, out }),
      ),
    );
  const good = await run('--file', at('picture.webp'), '--jwks', at('keys.json'));
  expect(good.code).toBe(0);
  expect(good.out).toContain('all 3 checks hold');
  expect((await run('--file', at('picture.webp'))).code).toBe(3);
  expect((await run('--file', at('other.webp'), '--jwks', at('keys.json'))).code).toBe(1);
});
