import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from './files.ts';
import { codeOf } from './system-error.ts';

/**
 * Files that have a secret in them, numbered in a folder that is closed to others: whole or not there at all,
 * also after a power cut.
 */
export const numberedName = (number: number, extension: string) =>
  `${String(number).padStart(6, '0')}.${extension}`;

/** The numbered files of a folder, the lowest first; none where there is no folder. */
export function numberedFiles(folder: string, extension: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+\.[a-z]+$/.test(name) && name.endsWith(`.${extension}`))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Writes the file unless there is one: of several processes one does. Answers whether it was this one. */
export async function placeOnce(file: string, text: string): Promise<boolean> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = await writeDraft(folder, text);
  try {
    // a link appears whole or not at all and never replaces a file
    await link(draft, file);
    await syncFolder(folder);
    await syncFolder(path.dirname(folder));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

export async function replaceDurably(file: string, text: string): Promise<void> {
  await rename(await writeDraft(path.dirname(file), text), file);
  await syncFolder(path.dirname(file));
}

async function writeDraft(folder: string, text: string): Promise<string> {
  const draft = path.join(folder, `.draft-${randomUUID()}`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}
