import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

/** sha256 of the bytes, lower-case hex: the name of a file in the store. */
export type Digest = string;

/** The disk has no room. Nothing was stored under any name. */
export class StorageFull extends Error {
  constructor(cause: unknown) {
    super('the file store has no room', { cause });
    this.name = 'StorageFull';
  }
}

export type FileStore = {
  /** Stores the bytes durably (file and folder are fsynced) and answers their digest. Storing twice is one file. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** Where the file lies, whether it exists or not. */
  pathOf(digest: Digest): string;
  /** Whether the file is there and its bytes are the ones that its name promises. */
  holds(digest: Digest): Promise<boolean>;
  /** Bytes that can still be stored. */
  room(): Promise<bigint>;
};

export const sha256 = (bytes: Uint8Array): Digest => createHash('sha256').update(bytes).digest('hex');

const DIGEST = /^[0-9a-f]{64}$/;

export function openFileStore(root: string): FileStore {
  const pathOf = (digest: Digest) => {
    if (!DIGEST.test(digest)) throw new Error('not a digest');
    return path.join(root, digest.slice(0, 2), digest.slice(2, 4), digest);
  };
  const holds = (digest: Digest) =>
    readFile(pathOf(digest)).then(
      (bytes) => sha256(bytes) === digest,
      () => false,
    );

  async function put(bytes: Uint8Array): Promise<Digest> {
    const digest = sha256(bytes);
    const place = pathOf(digest);
    if ((await stat(place).catch(() => null))?.size === bytes.byteLength) return digest;
    const folder = path.dirname(place);
    const draft = path.join(root, `.draft-${randomUUID()}`);
    try {
      await makeFolder(root, folder);
      const file = await open(draft, 'wx', 0o640);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, place);
      await syncFolder(folder);
    } catch (error) {
      await rm(draft, { force: true });
      if (isFull(error)) throw new StorageFull(error);
      throw error;
    }
    return digest;
  }

  return {
    put,
    pathOf,
    holds,
    async room() {
      await mkdir(root, { recursive: true });
      const disk = await statfs(root, { bigint: true });
      return disk.bavail * disk.bsize;
    },
  };
}

/** A new folder is only there after a power cut when its parent was synced too. */
async function makeFolder(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (!first) return;
  for (let at = folder; at.length >= root.length; at = path.dirname(at)) await syncFolder(path.dirname(at));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isFull = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
