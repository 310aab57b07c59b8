import { Worker } from 'node:worker_threads';
import type { SigningKey } from './cose.ts';
import type { SignAnswer, SignOrder } from './signing-thread.ts';

export type SignedFile = { bytes: Uint8Array; manifest_digest: string };

/** Puts manifests into files. Its keys never leave this process. */
export type ManifestSigner = {
  /** Throws what went wrong; the file that was given is as it was. */
  sign(file: { bytes: Uint8Array; mime: string; manifest: object }): Promise<SignedFile>;
  close(): Promise<void>;
};

/** Some ten times what the largest file takes on a busy machine. */
const WALL_MS_MAX = 20_000;
/** The thread keeps the memory of the largest file it ever signed: after one like this it is let go. */
const LARGE_BYTES = 24_000_000;

/**
 * One file after the other, so that the time of each is its own. The thread starts with the first and stays; one that
 * breaks is left, and the next file has a new one.
 */
export function createManifestSigner(
  credential: () => SigningKey,
  { large_bytes = LARGE_BYTES }: { large_bytes?: number } = {},
): ManifestSigner {
  let thread: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function open(): Worker {
    const opened = new Worker(new URL('./signing-thread.ts', import.meta.url));
    opened.unref();
    // whoever waits for it hears of it; between two files nobody does
    opened.on('error', () => {});
    opened.once('exit', () => thread === opened && (thread = null));
    return opened;
  }

  async function leave(): Promise<void> {
    const left = thread;
    thread = null;
    await left?.terminate();
  }

  async function signNow({ bytes, mime, manifest }: Parameters<ManifestSigner['sign']>[0]) {
    const { chain, key } = credential();
    const said = await answerOf((thread ??= open()), {
      bytes,
      mime,
      manifest: JSON.stringify(manifest),
      chain: chain.map((certificate) => certificate.toString()),
      key: String(key.export({ format: 'pem', type: 'pkcs8' })),
    }).catch(async (error: unknown) => {
      await leave();
      throw error;
    });
    if (bytes.length > large_bytes) await leave();
    if ('trouble' in said) throw new Error(said.trouble);
    return { bytes: said.signed, manifest_digest: said.manifest_digest };
  }

  return {
    sign(file) {
      const mine = last.then(() => signNow(file));
      last = mine.catch(() => {});
      return mine;
    },
    close: leave,
  };
}

function answerOf(thread: Worker, order: SignOrder): Promise<SignAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<SignAnswer>();
  const late = setTimeout(() => reject(new Error(`signing took more than ${WALL_MS_MAX} ms`)), WALL_MS_MAX);
  const broke = (error: unknown) => reject(error instanceof Error ? error : new Error(String(error)));
  const ended = () => reject(new Error('the signing thread ended'));
  thread.once('message', resolve).once('error', broke).once('exit', ended);
  thread.postMessage(order);
  return promise.finally(() => {
    clearTimeout(late);
    thread.off('message', resolve).off('error', broke).off('exit', ended);
  });
}
