import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { isFull, StorageFull, syncFolder } from './files.ts';

/** Files that lie in parts: a folder each, by id. Which parts there are and in which order is kept by whoever writes them. */
export type Parts = {
  /** Writes a part and sees it through to the disk; one of this name that was begun before is written over. */
  write(id: string, name: string, bytes: Uint8Array): Promise<void>;
  /** The bytes [from, to) of a part. */
  read(id: string, name: string, from: number, to: number): AsyncIterable<Uint8Array>;
  /** How long a part is; null where there is none. */
  size(id: string, name: string): Promise<number | null>;
  remove(id: string): Promise<void>;
  ids(): Promise<string[]>;
  /** Bytes that can still be written. */
  room(): Promise<bigint>;
};

const ID = /^[0-9a-f-]{36}$/;
const NAME = /^\d{1,9}-\d{1,9}$/;
const PIECE_BYTES = 256 * 1024;

export async function openParts(root: string): Promise<Parts> {
  await mkdir(root, { recursive: true });
  const folderOf = (id: string) => {
    if (!ID.test(id)) throw new Error('not the id of a file in parts');
    return path.join(root, id);
  };
  const pathOf = (id: string, name: string) => {
    if (!NAME.test(name)) throw new Error('not the name of a part');
    return path.join(folderOf(id), name);
  };
  return {
    async write(id, name, bytes) {
      try {
        if (await mkdir(folderOf(id), { recursive: true })) await syncFolder(root);
        const handle = await open(pathOf(id, name), 'w', 0o640);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await syncFolder(folderOf(id));
      } catch (error) {
        throw isFull(error) ? new StorageFull(error) : error;
      }
    },
    read: (id, name, from, to) =>
      createReadStream(pathOf(id, name), { start: from, end: to - 1, highWaterMark: PIECE_BYTES }),
    size: (id, name) =>
      stat(pathOf(id, name)).then(
        ({ size }) => size,
        () => null,
      ),
    remove: (id) => rm(folderOf(id), { recursive: true, force: true }),
    ids: async () => (await readdir(root)).filter((name) => ID.test(name)),
    async room() {
      const disk = await statfs(root, { bigint: true });
      return disk.bavail * disk.bsize;
    },
  };
}
