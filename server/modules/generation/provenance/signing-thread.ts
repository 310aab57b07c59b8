import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { initSync, WasmBuilder } from '@contentauth/c2pa-wasm';
import { algorithmOf, coseSign1, reserveFor, type SigningKey } from './cose.ts';

/**
 * A thread of our own process that puts manifests into files: the library computes for as long as the file is
 * large, asks for things that only browsers have, and keeps the memory that it once took.
 */
export type SignOrder = {
  bytes: Uint8Array;
  mime: string;
  manifest: string;
  /** PEM: the chain, and the key */
  chain: readonly string[];
  key: string;
};
export type SignAnswer = { signed: Uint8Array<ArrayBuffer>; manifest_digest: string } | { trouble: string };

const SETTINGS = JSON.stringify({
  builder: { thumbnail: { enabled: false } },
  verify: { verify_after_sign: false, verify_after_reading: false },
});

/** A Blob over bytes that are there, and the one way in which the library reads one. */
class BytesBlob extends Blob {
  readonly content: Uint8Array<ArrayBuffer>;
  constructor(content: Uint8Array<ArrayBuffer>, type: string) {
    super([], { type });
    this.content = content;
  }
  override get size(): number {
    return this.content.length;
  }
  override slice(from = 0, to = this.content.length): BytesBlob {
    return new BytesBlob(this.content.subarray(from, to), this.type);
  }
}
class FileReaderSync {
  readAsArrayBuffer({ content }: BytesBlob): ArrayBuffer {
    return content.slice().buffer;
  }
}
Object.assign(globalThis, { FileReaderSync });

initSync({
  module: readFileSync(
    new URL(import.meta.resolve('@contentauth/c2pa-wasm').replace(/[^/]+$/, 'c2pa_bg.wasm')),
  ),
});

let known: { key: string; signing: SigningKey } | null = null;
function signingKey({ chain, key }: SignOrder): SigningKey {
  if (known?.key !== key)
    known = {
      key,
      signing: { chain: chain.map((pem) => new X509Certificate(pem)), key: createPrivateKey(key) },
    };
  return known.signing;
}

parentPort?.on('message', (order: SignOrder) => {
  void sign(order).then(
    (made) => answer(made, [made.signed.buffer]),
    (error: unknown) => answer({ trouble: String(error) }),
  );
});
const answer = (said: SignAnswer, moved: ArrayBuffer[] = []) => parentPort?.postMessage(said, moved);

type Signed = { asset: Uint8Array; manifest: Uint8Array };

async function sign(order: SignOrder): Promise<{ signed: Uint8Array<ArrayBuffer>; manifest_digest: string }> {
  const signing = signingKey(order);
  const reserveSize = reserveFor(signing);
  const builder = WasmBuilder.fromJson(order.manifest, SETTINGS);
  try {
    const made = (await builder.signAndGetManifestBytes(
      {
        alg: algorithmOf(signing.key).name,
        reserveSize,
        sign: (payload) => Promise.resolve(coseSign1(payload, signing, reserveSize)),
      },
      [],
      order.mime,
      new BytesBlob(new Uint8Array(order.bytes), order.mime),
    )) as Signed;
    const manifest_digest = createHash('sha256').update(made.manifest).digest('hex');
    return { signed: new Uint8Array(made.asset), manifest_digest };
  } finally {
    builder.free();
  }
}
