import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../tests/eventually.ts';
import { BadSignature, keysOf, openSigner, rotateKeys, verifierOf } from './signing.ts';

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'stellary-keys-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const freshFolder = () => path.join(root, String((made += 1)));

test('what was signed is verified with the public keys alone, and as what it was signed', async () => {
  const signer = await openSigner(freshFolder());
  const jws = await signer.sign({ total: '12' }, 'receipt');
  const verify = verifierOf(signer.jwks());
  expect(JSON.parse(await verify(jws, 'receipt'))).toEqual({ total: '12' });
  expect(await verify(await signer.sign('as it is', 'note'), 'note')).toBe('as it is');
  await expect(verify(jws, 'head')).rejects.toThrow(BadSignature);
  const [header, , signature] = jws.split('.');
  const forged = `${header}.${Buffer.from('{"total":"13"}').toString('base64url')}.${signature}`;
  await expect(verify(forged, 'receipt')).rejects.toThrow(BadSignature);
  await expect(verify('nothing', 'receipt')).rejects.toThrow(BadSignature);
  const stranger = await openSigner(freshFolder());
  await expect(stranger.verify(jws, 'receipt')).rejects.toThrow(BadSignature);
});

test('a signature that names no algorithm is none', async () => {
  const signer = await openSigner(freshFolder());
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'receipt' })).toString('base64url');
  await expect(signer.verify(`${header}.e30.`, 'receipt')).rejects.toThrow(BadSignature);
});

test('keys are for the owner alone, are named by their thumbprint, and never leave whole', async () => {
  const folder = freshFolder();
  const signer = await openSigner(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder))
    expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  const [key] = signer.jwks().keys;
  expect(Object.keys(key ?? {})).not.toContain('d');
  expect(key?.kid).toBe(await calculateJwkThumbprint(key ?? {}));
});

test('processes that start at once on one folder agree on one key', async () => {
  const folder = freshFolder();
  const signers = await Promise.all(Array.from({ length: 12 }, () => openSigner(folder)));
  expect(new Set(signers.map((signer) => signer.jwks().keys[0]?.kid)).size).toBe(1);
  expect(await readdir(folder)).toEqual(['000001.json']);
});

test('after a change of keys the new one signs, everywhere, and what the old one signed stays good', async () => {
  const folder = freshFolder();
  const signer = await openSigner(folder);
  const elsewhere = await openSigner(folder);
  const before = await elsewhere.sign({ n: 1 }, 'note');
  const kid = await rotateKeys(folder);
  await eventually('the others notice', () => elsewhere.jwks().keys[0]?.kid === kid);
  const after = await elsewhere.sign({ n: 2 }, 'note');
  expect(JSON.parse(Buffer.from(after.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ kid });
  for (const jws of [before, after]) {
    await verifierOf(keysOf(folder))(jws, 'note');
    await eventually('the first one knows both', () =>
      signer.verify(jws, 'note').then(
        () => true,
        () => false,
      ),
    );
  }
  expect(signer.jwks().keys).toHaveLength(2);
});

test('an old key loses its private half: nobody can sign with it any more', async () => {
  const folder = freshFolder();
  await openSigner(folder);
  await rotateKeys(folder);
  await rotateKeys(folder);
  const files = await Promise.all(
    (await readdir(folder)).sort().map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  expect(files.map((text) => 'd' in JSON.parse(text))).toEqual([false, false, true]);
  expect(keysOf(folder).keys).toHaveLength(3);
});

test('two who change keys at once leave one current key', async () => {
  const folder = freshFolder();
  await openSigner(folder);
  const kids = await Promise.all([rotateKeys(folder), rotateKeys(folder)]);
  expect(kids).toContain(keysOf(folder).keys[0]?.kid);
});

test('a folder without any private key cannot sign, and says so', async () => {
  const folder = freshFolder();
  await openSigner(folder);
  const { keys } = keysOf(folder);
  const mounted = freshFolder();
  await mkdir(mounted);
  await writeFile(path.join(mounted, '1.json'), JSON.stringify(keys[0]));
  await expect(openSigner(mounted)).rejects.toThrow(/private key/);
  await writeFile(path.join(mounted, '2.json'), '{"kty":"RSA"}');
  await expect(openSigner(mounted)).rejects.toThrow(/no signing key/);
});
