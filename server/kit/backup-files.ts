// What backup and restore do with files: list, copy, check, and write them through to the disk.
import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './system-error.ts';

/** The sentence says what is in the way and what to do about it. */
export class BackupRefused extends Error {
  readonly code: BackupRefusal;

  constructor(code: BackupRefusal, sentence: string) {
    super(sentence);
    this.name = 'BackupRefused';
    this.code = code;
  }
}
export type BackupRefusal =
  | 'DATABASE_NOT_EMBEDDED'
  | 'NOTHING_TO_BACK_UP'
  | 'FOLDER_NOT_EMPTY'
  | 'FOLDER_INSIDE'
  | 'NOT_ENOUGH_ROOM'
  | 'UNREADABLE'
  | 'INTERRUPTED'
  | 'NO_BACKUP'
  | 'DAMAGED'
  | 'OTHER_FORMAT'
  | 'TARGET_NOT_EMPTY'
  | 'TARGET_IN_USE'
  | 'BOOKS_BROKEN';

/** Relative paths of every file, links not followed. A folder that vanishes meanwhile has none. */
export async function filesUnder(folder: string): Promise<string[]> {
  return (await entriesUnder(folder)).flatMap(({ path: at, is_folder }) => (is_folder ? [] : [at]));
}

export type Entry = { path: string; is_folder: boolean; is_file: boolean };

export async function entriesUnder(
  folder: string,
  wanted: (at: string) => boolean = () => true,
  under = '',
): Promise<Entry[]> {
  const entries = await readdir(path.join(folder, under), { withFileTypes: true }).catch((error: unknown) => {
    if (under !== '' && codeOf(error) === 'ENOENT') return [];
    throw unreadable(path.join(folder, under), error);
  });
  const found: Entry[] = [];
  for (const entry of entries) {
    const at = path.posix.join(under, entry.name);
    if (!wanted(at)) continue;
    found.push({ path: at, is_folder: entry.isDirectory(), is_file: entry.isFile() });
    if (entry.isDirectory()) found.push(...(await entriesUnder(folder, wanted, at)));
  }
  return found;
}

type Content = { size_bytes: number; sha256: string };

/** Copies a file and answers what was written, which need not be what lies there a moment later. */
export async function copyFile(from: string, to: string, mode?: number): Promise<Content> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', mode ?? (await source.stat()).mode & 0o777);
    try {
      return await read(source, (chunk) => writeWhole(target, chunk));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

export async function contentOf(at: string): Promise<Content> {
  const source = await open(at, 'r');
  try {
    return await read(source, async () => {});
  } finally {
    await source.close();
  }
}

const CHUNK_BYTES = 1 << 20;

async function read(source: FileHandle, onChunk: (chunk: Buffer) => Promise<void>): Promise<Content> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, (await source.stat()).size + 1));
  for (let size_bytes = 0; ;) {
    const { bytesRead } = await source.read(buffer, 0, buffer.byteLength, null);
    if (bytesRead === 0) return { size_bytes, sha256: hash.digest('hex') };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    await onChunk(chunk);
    size_bytes += bytesRead;
  }
}

async function writeWhole(target: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.byteLength;)
    done += (await target.write(chunk, done, chunk.byteLength - done)).bytesWritten;
}

/** Everything below, files before the folders that name them. Together, because the disk then orders the work. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await entriesUnder(folder);
  const paths = entries.map((entry) => path.join(folder, entry.path));
  const folders = paths.filter((_, index) => entries[index]?.is_folder);
  const files = paths.filter((_, index) => entries[index]?.is_file);
  for (const some of [files, [...folders, folder]]) {
    const queue = some.values();
    const lane = async () => {
      for (const at of queue) await sync(at);
    };
    await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, lane));
  }
}

const SYNCS_AT_ONCE = 8;

export async function sync(at: string): Promise<void> {
  const handle = await open(at, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const isMissing = (at: string) =>
  stat(at).then(
    () => false,
    () => true,
  );

export const unreadable = (at: string, error: unknown) =>
  new BackupRefused('UNREADABLE', `${at} cannot be read (${codeOf(error) ?? String(error)})`);

/** Bytes that can still be written below a folder. */
export async function roomIn(folder: string): Promise<number> {
  const disk = await statfs(folder);
  return disk.bavail * disk.bsize;
}

export function refuseUnlessFits(folder: string, wanted: number, room: number): void {
  if (wanted > room)
    throw new BackupRefused(
      'NOT_ENOUGH_ROOM',
      `${folder} has room for ${megabytes(room)}, and ${megabytes(wanted)} are needed`,
    );
}

export const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;

/** Trouble with the disk, in a sentence; anything else as it is. */
export function refusalOf(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  if (error instanceof BackupRefused) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new BackupRefused('NOT_ENOUGH_ROOM', `${folder} became full: nothing was kept`);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EIO')
    return new BackupRefused('UNREADABLE', error instanceof Error ? error.message : String(error));
  return error;
}
