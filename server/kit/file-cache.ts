import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What can be made again, kept on disk: of several processes each may drop what another keeps. */
export type FileCache = {
  get(key: string): Promise<Uint8Array | null>;
  /** Keeps it. What was not asked for the longest goes where there is no room for all. */
  put(key: string, bytes: Uint8Array): Promise<void>;
};

const KEY = /^[0-9a-f]{64}$/;
/** When it is full, so much of it goes at once. */
const LEFT_SHARE = 0.8;

type Kept = { bytes: number; used_ms: number };

/** A cache that never takes more than `bytes_max`; its folder is its own, and is looked at when it is first used. */
export function openFileCache(folder: string, bytes_max: number): FileCache {
  let opened: Promise<FileCache> | null = null;
  const cache = () =>
    (opened ??= open(folder, bytes_max).catch((error: unknown) => {
      opened = null;
      throw error;
    }));
  return {
    get: async (key) => (await cache()).get(key),
    put: async (key, bytes) => (await cache()).put(key, bytes),
  };
}

async function open(folder: string, bytes_max: number): Promise<FileCache> {
  await mkdir(folder, { recursive: true });
  const kept = await whatIsThere(folder);
  let total = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const pathOf = (key: string) => {
    if (!KEY.test(key)) throw new Error('the name of what is kept is a digest');
    return path.join(folder, key);
  };

  async function forget(key: string): Promise<void> {
    total -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
    await rm(pathOf(key), { force: true });
  }

  async function makeRoom(): Promise<void> {
    const oldest = [...kept].sort(([, one], [, other]) => one.used_ms - other.used_ms);
    for (const [key] of oldest) {
      if (total <= bytes_max * LEFT_SHARE) return;
      await forget(key);
    }
  }

  return {
    async get(key) {
      const file = pathOf(key);
      const bytes = await readFile(file).catch(() => null);
      if (!bytes) return null;
      const now = new Date();
      const one = kept.get(key);
      if (one) one.used_ms = now.getTime();
      await utimes(file, now, now).catch(() => {});
      return bytes;
    },
    async put(key, bytes) {
      if (bytes.byteLength > bytes_max * LEFT_SHARE) return;
      const draft = path.join(folder, `.draft-${randomUUID()}`);
      try {
        await writeFile(draft, bytes);
        await rename(draft, pathOf(key));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      total += bytes.byteLength - (kept.get(key)?.bytes ?? 0);
      kept.set(key, { bytes: bytes.byteLength, used_ms: Date.now() });
      if (total > bytes_max) await makeRoom();
    },
  };
}

/** What an earlier process kept; what it had not finished is nobody's. */
async function whatIsThere(folder: string): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>();
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!KEY.test(name)) await rm(file, { force: true, recursive: true });
    else {
      const found = await stat(file).catch(() => null);
      if (found) kept.set(name, { bytes: found.size, used_ms: found.mtimeMs });
    }
  }
  return kept;
}
