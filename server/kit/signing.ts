import { readFileSync } from 'node:fs';
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
import { numberedFiles, numberedName, placeOnce, replaceDurably } from './key-files.ts';

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
    if (key.d !== undefined) await replaceDurably(path.join(folder, name), textOf(publicHalf(key)));
  }
  return made.kid;
}

// --- Files -----------------------------------------------------------------------------------------------------

const namesOf = (folder: string): string[] => numberedFiles(folder, 'json');
const textOf = (key: StoredKey) => `${JSON.stringify(key)}\n`;

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

/** Of several processes one makes the key of a number. */
async function makeKey(folder: string, number: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  const parts = { kty: 'OKP', crv: 'Ed25519', x: x ?? '' } as const;
  const kid = await calculateJwkThumbprint(parts, 'sha256');
  const key = { ...parts, kid, use: 'sig', alg: 'EdDSA', d: d ?? '' } satisfies StoredKey;

  const file = path.join(folder, numberedName(number, 'json'));
  return (await placeOnce(file, textOf(key))) ? key : readKey(file);
}

const publicHalf = ({ kty, crv, x, kid, use, alg }: StoredKey): PublicKey => ({
  kty,
  crv,
  x,
  kid,
  use,
  alg,
});
