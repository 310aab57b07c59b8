import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { placeOf } from './http/read-file.ts';
import { isFull, StorageFull, syncFolder } from './files.ts';

/** Files that grow piece by piece, by id. Where the next piece begins is kept by whoever writes them. */
export type Drafts = {
  pathOf(id: string): string;
  /** Writes the bytes at this place and sees them through to the disk; what lay there or behind it is gone. */
  write(id: string, offset: number, bytes: Blob): Promise<void>;
  /** How long it is; 0 where there is none. */
  size(id: string): Promise<number>;
  /** Differs after every write, also one of a process that was thought to be gone. */
  stamp(id: string): Promise<string>;
  /** The first bytes of a draft. */
  start(id: string, length: number): Promise<Uint8Array>;
  remove(id: string): Promise<void>;
  ids(): Promise<string[]>;
};

const PIECE_BYTES = 4 * 1024 * 1024;
const ID = /^[0-9a-f-]{36}$/;

export async function openDrafts(root: string): Promise<Drafts> {
  await mkdir(root, { recursive: true });
  const pathOf = (id: string) => {
    if (!ID.test(id)) throw new Error('not the id of a draft');
    return path.join(root, id);
  };
  return {
    pathOf,
    async write(id, offset, bytes) {
      const isNew = offset === 0;
      try {
        const handle = await open(pathOf(id), isNew ? 'w+' : 'r+', 0o640);
        try {
          let at = offset;
          for await (const piece of piecesOf(bytes)) {
            await writeAll(handle, piece, at);
            at += piece.length;
          }
          await handle.truncate(offset + bytes.size);
          await handle.datasync();
        } finally {
          await handle.close();
        }
        if (isNew) await syncFolder(root);
      } catch (error) {
        throw isFull(error) ? new StorageFull(error) : error;
      }
    },
    size: (id) =>
      stat(pathOf(id)).then(
        ({ size }) => size,
        () => 0,
      ),
    async stamp(id) {
      const { size, mtimeNs } = await stat(pathOf(id), { bigint: true });
      return `${size} ${mtimeNs}`;
    },
    async start(id, length) {
      const handle = await open(pathOf(id), 'r');
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    remove: (id) => rm(pathOf(id), { force: true }),
    ids: async () => (await readdir(root)).filter((name) => ID.test(name)),
  };
}

/** A body that lies on the disk is read from there, by one buffer; a piece holds until the next. */
async function* piecesOf(bytes: Blob): AsyncGenerator<Uint8Array> {
  const place = placeOf(bytes);
  if (place === undefined) return yield* bytes.stream();
  const handle = await open(place, 'r');
  try {
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, Math.max(1, bytes.size)));
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, piece.length);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function writeAll(
  handle: Awaited<ReturnType<typeof open>>,
  bytes: Uint8Array,
  at: number,
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}
