import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './system-error.ts';

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
  /** The same, with the digest at once. Whoever builds on the file awaits `stored`, sooner or later. */
  begin(bytes: Uint8Array): { digest: Digest; stored: Promise<void> };
  /**
   * Gives a file on the same disk its place in the store, durably and without copying it; it stays where it was as
   * well. Whoever asks has seen that its bytes have this digest, and changes them no more.
   */
  adopt(file: string, digest: Digest): Promise<void>;
  /** Where the file lies, whether it exists or not. */
  pathOf(digest: Digest): string;
  /** Whether the file is there and its bytes are the ones that its name promises. */
  holds(digest: Digest): Promise<boolean>;
  /** Takes a file away, if it is there. For those only that nothing else names. */
  remove(digest: Digest): Promise<void>;
  /** Bytes that can still be stored. */
  room(): Promise<bigint>;
};

export const sha256 = (bytes: Uint8Array): Digest => createHash('sha256').update(bytes).digest('hex');

const PIECE_BYTES_MAX = 1024 * 1024;

/** The same of a file of any size, through one buffer: of a stream each piece has its own, for the collector to find again. */
export async function sha256OfFile(file: string): Promise<Digest> {
  const hash = createHash('sha256');
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const piece = Buffer.allocUnsafe(Math.min(Math.max(size, 1), PIECE_BYTES_MAX));
    for (let read = -1; read !== 0;) {
      ({ bytesRead: read } = await handle.read(piece, 0, piece.length, null));
      hash.update(piece.subarray(0, read));
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

const DIGEST = /^[0-9a-f]{64}$/;
/** About 100 bytes each. */
const REMEMBERED_MAX = 10_000;

/** Opens the store. Its 256 folders are made here, once, so that storing a file syncs the file and one folder. */
export async function openFileStore(root: string): Promise<FileStore> {
  await makeFolders(root);
  /** What this process has seen through to the disk. */
  const durable = new Set<Digest>();
  const pathOf = (digest: Digest) => {
    if (!DIGEST.test(digest)) throw new Error('not a digest');
    return path.join(root, digest.slice(0, 2), digest);
  };
  const holds = (digest: Digest) =>
    sha256OfFile(pathOf(digest)).then(
      (found) => found === digest,
      () => false,
    );

  async function store(digest: Digest, bytes: Uint8Array): Promise<void> {
    const place = pathOf(digest);
    const draft = path.join(root, `.draft-${randomUUID()}`);
    try {
      const isThere = (await stat(place).catch(() => null))?.size === bytes.byteLength;
      if (isThere && durable.has(digest)) return;
      if (!isThere) {
        await writeDurably(draft, bytes);
        await rename(draft, place);
      }
      // also when it was there: whoever put it there may not have come this far yet
      await syncFolder(path.dirname(place));
      if (durable.size >= REMEMBERED_MAX) durable.clear();
      durable.add(digest);
    } catch (error) {
      await rm(draft, { force: true });
      if (isFull(error)) throw new StorageFull(error);
      throw error;
    }
  }

  async function adopt(file: string, digest: Digest): Promise<void> {
    const place = pathOf(digest);
    await syncFile(file);
    await link(file, place).catch(async (error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw isFull(error) ? new StorageFull(error) : error;
      // half a file of this name cannot be: all of them are put there whole
    });
    await syncFolder(path.dirname(place));
  }

  function begin(bytes: Uint8Array) {
    const digest = sha256(bytes);
    const stored = store(digest, bytes);
    stored.catch(() => {}); // told to whoever awaits it
    return { digest, stored };
  }

  return {
    begin,
    async put(bytes) {
      const { digest, stored } = begin(bytes);
      await stored;
      return digest;
    },
    adopt,
    pathOf,
    holds,
    async remove(digest) {
      durable.delete(digest);
      await rm(pathOf(digest), { force: true });
    },
    async room() {
      const disk = await statfs(root, { bigint: true });
      return disk.bavail * disk.bsize;
    },
  };
}

/** A new folder is only there after a power cut when its parent was synced too. */
async function makeFolders(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const there = new Set(await readdir(root));
  const wanted = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
  const missing = wanted.filter((name) => !there.has(name));
  if (missing.length === 0) return;
  await Promise.all(missing.map((name) => mkdir(path.join(root, name), { recursive: true })));
  await syncFolder(root);
  await syncFolder(path.dirname(root));
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o640);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name in a folder is only there after a power cut when the folder was synced too. */
export const syncFolder = (folder: string): Promise<void> => syncFile(folder);

export const isFull = (error: unknown) => codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
