import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isFull, StorageFull } from './files.ts';

/** Files that were sent and that nobody has looked at yet: apart from everything that is served, and gone after a while. */
export type Inbox = {
  put(folder: string, name: string, bytes: Uint8Array): Promise<void>;
  get(folder: string, name: string): Promise<Buffer | null>;
  /** Of a file that lies here; without reading it. */
  size(folder: string, name: string): Promise<number | null>;
  drop(folder: string): Promise<void>;
  /** Throws away what lies here since before `before`. */
  sweep(before: Date): Promise<void>;
};

export function openInbox(root: string): Inbox {
  const place = (folder: string, name = '') => {
    if (!/^[0-9a-f-]{36}$/.test(folder) || !/^[0-9a-z]{0,20}$/.test(name))
      throw new Error('not a place here');
    return path.join(root, folder, name);
  };
  return {
    async put(folder, name, bytes) {
      const draft = path.join(place(folder), `.${randomUUID()}`);
      try {
        await mkdir(place(folder), { recursive: true, mode: 0o700 });
        await writeFile(draft, bytes, { mode: 0o600 });
        await rename(draft, place(folder, name));
      } catch (error) {
        await rm(draft, { force: true });
        throw isFull(error) ? new StorageFull(error) : error;
      }
    },
    get: (folder, name) => readFile(place(folder, name)).catch(() => null),
    size: (folder, name) =>
      stat(place(folder, name)).then(
        ({ size }) => size,
        () => null,
      ),
    drop: (folder) => rm(place(folder), { recursive: true, force: true }),
    async sweep(before) {
      for (const folder of await readdir(root).catch(() => [])) {
        const since = await stat(path.join(root, folder)).catch(() => null);
        if (since && since.mtime < before)
          await rm(path.join(root, folder), { recursive: true, force: true });
      }
    },
  };
}
