import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  calculateJwkThumbprint,
  CompactSign,
  compactVerify,
  createLocalJWKSet,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
} from 'jose';
import * as z from 'zod';
import { syncFolder } from './files.ts';
import { codeOf } from './system-error.ts';

/**
 * What this installation puts its name to (heads of its books, receipts) is signed with Ed25519 keys
 * that lie in files, one a file, and never in the database: who can write the database cannot sign. Files are
 * numbered and the highest has the current key. Keys before it keep only their public half, for ever: what
 * they signed stays verifiable.
 */
export type Signer = {
  /** A compact JWS. `typ` says what kind of statement it is, so that one is never taken for another. */
  sign(payload: object | string, typ: string): Promise<string>;
  /** What was signed, if one of our keys ever signed it as `typ`; else throws `BadSignature`. */
  verify: Verify;
  /** Every public key there ever was, the current one first. */
  jwks(): Jwks;
};

export type Verify = (jws: string, typ: string) => Promise<string>;

export class BadSignature extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`the signature is not good: ${why}`, options);
    this.name = 'BadSignature';
  }
}

const PublicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('EdDSA'),
});
const StoredKey = PublicKey.extend({ d: z.string().optional() });
const JwksShape = z.object({ keys: z.array(PublicKey).min(1) });

export type PublicKey = z.infer<typeof PublicKey>;
type StoredKey = z.infer<typeof StoredKey>;
export type Jwks = z.infer<typeof JwksShape>;

/** A key set as somebody kept it. */
export const readJwks = (text: string): Jwks => JwksShape.parse(JSON.parse(text));

/** Another process may have made a newer key: the folder is looked at again after this long. */
const LOOK_AGAIN_MS = 1_000;

/** Opens the keys of a folder; makes the first one, whichever process comes first. */
export async function openSigner(folder: string): Promise<Signer> {
  if (namesOf(folder).length === 0) await makeKey(folder, 1);
  const read = keyReader(folder);
  if (!read().current) throw new Error(`no file in ${folder} has a private key`);

  let imported: { kid: string; key: CryptoKey } | null = null;
  async function privateKey(): Promise<{ kid: string; key: CryptoKey }> {
    const { current } = read();
    if (!current) throw new Error(`no file in ${folder} has a private key any more`);
    if (imported?.kid !== current.kid)
      imported = { kid: current.kid, key: (await importJWK(current, 'EdDSA')) as CryptoKey };
    return imported;
  }
  const jwks = () => ({ keys: read().keys.map(publicHalf) });

  let verifier: { keys: readonly StoredKey[]; verify: Verify } | null = null;
  const verify: Verify = (jws, typ) => {
    const { keys } = read();
    if (verifier?.keys !== keys) verifier = { keys, verify: verifierOf(jwks()) };
    return verifier.verify(jws, typ);
  };

  return {
    async sign(payload, typ) {
      const { kid, key } = await privateKey();
      const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
      return new CompactSign(bytes).setProtectedHeader({ alg: 'EdDSA', kid, typ }).sign(key);
    },
    verify,
    jwks,
  };
}

/** The public keys of a folder, which is left as it is. */
export const keysOf = (folder: string): Jwks => ({ keys: keyReader(folder)().keys.map(publicHalf) });

/** Checks signatures with a set of public keys and nothing else. */
export function verifierOf(jwks: Jwks): Verify {
  const keys = createLocalJWKSet(jwks);
  return async (jws, typ) => {
    const { payload, protectedHeader } = await compactVerify(jws, keys, { algorithms: ['EdDSA'] }).catch(
      (error: unknown) => {
        throw new BadSignature(error instanceof Error ? error.message : String(error), { cause: error });
      },
    );
    if (protectedHeader.typ !== typ) throw new BadSignature(`it is of another kind than ${typ}`);
    return Buffer.from(payload).toString('utf8');
  };
}

/** Makes a new current key, and forgets the private half of those before it. Answers its id. */
export async function rotateKeys(folder: string): Promise<string> {
  const before = namesOf(folder);
  const made = await makeKey(folder, Number.parseInt(before.at(-1) ?? '0', 10) + 1);
  for (const name of before) {
    const key = readKey(path.join(folder, name));
    if (key.d !== undefined) await replaceDurably(path.join(folder, name), publicHalf(key));
  }
  return made.kid;
}

// --- Files -----------------------------------------------------------------------------------------------------

const namesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
};

const nameOf = (number: number) => `${String(number).padStart(6, '0')}.json`;

function readKey(file: string): StoredKey {
  const read = StoredKey.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file} is no signing key:\n${z.prettifyError(read.error)}`);
  return read.data;
}

/** Newest first. The folder is read again when a moment has passed, each file once. */
function keyReader(folder: string): () => { keys: readonly StoredKey[]; current: StoredKey | null } {
  const known = new Map<string, StoredKey>();
  let looked = Number.NEGATIVE_INFINITY;
  let found: { keys: readonly StoredKey[]; current: StoredKey | null } = { keys: [], current: null };
  return () => {
    if (performance.now() - looked < LOOK_AGAIN_MS) return found;
    looked = performance.now();
    const names = namesOf(folder);
    const fresh = names.filter((name) => !known.has(name));
    if (fresh.length === 0) return found;
    for (const name of fresh) known.set(name, readKey(path.join(folder, name)));
    const keys = names.flatMap((name) => known.get(name) ?? []).reverse();
    found = { keys, current: keys.find(({ d }) => d !== undefined) ?? null };
    return found;
  };
}

/** A link appears whole or not at all and never replaces a file: of several processes one makes the key of a number. */
async function makeKey(folder: string, number: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  const parts = { kty: 'OKP', crv: 'Ed25519', x: x ?? '' } as const;
  const kid = await calculateJwkThumbprint(parts, 'sha256');
  const key = { ...parts, kid, use: 'sig', alg: 'EdDSA', d: d ?? '' } satisfies StoredKey;

  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = await writeDraft(folder, key);
  const file = path.join(folder, nameOf(number));
  try {
    await link(draft, file);
    await syncFolder(folder);
    await syncFolder(path.dirname(folder));
    return key;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return readKey(file);
  } finally {
    await rm(draft, { force: true });
  }
}

async function replaceDurably(file: string, key: StoredKey): Promise<void> {
  await rename(await writeDraft(path.dirname(file), key), file);
  await syncFolder(path.dirname(file));
}

async function writeDraft(folder: string, key: StoredKey): Promise<string> {
  const draft = path.join(folder, `.draft-${randomUUID()}`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(key)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

const publicHalf = ({ kty, crv, x, kid, use, alg }: StoredKey): PublicKey => ({
  kty,
  crv,
  x,
  kid,
  use,
  alg,
});
