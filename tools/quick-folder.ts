import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const IN_MEMORY = '/dev/shm';
/** Anybody may write there and enter, as the account of the database must where we are root. */
const OPEN_TO_ALL = 0o1777;
/** What all that lies there at once may come to, and what the machine must still have besides. */
const ROOM_BYTES_MIN = 4e9;
const MEMORY_BYTES_MIN = 8e9;

/** Where to put what nobody wants back: in memory where there is plenty, for a disk has others to serve. */
export function quickFolder(in_memory = IN_MEMORY): string {
  if (process.env.TMPDIR) return process.env.TMPDIR;
  try {
    const isOpen = (fs.statSync(in_memory).mode & 0o7777) === OPEN_TO_ALL;
    const { bavail, bsize } = fs.statfsSync(in_memory);
    const isRoomy = bavail * bsize >= ROOM_BYTES_MIN && process.availableMemory() >= MEMORY_BYTES_MIN;
    if (isOpen && isRoomy) return in_memory;
  } catch {
    // a system without one
  }
  return os.tmpdir();
}

/** Longer than anything runs. */
const FORGOTTEN_MS = 24 * 3_600_000;

/** What runs that were killed left of their own, and what lies in memory would lie there until the machine restarts. */
export function sweepQuickFolder(prefix: string, folder = quickFolder()): void {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(prefix)) continue;
    const left = path.join(folder, name);
    try {
      if (Date.now() - fs.statSync(left).mtimeMs > FORGOTTEN_MS) fs.rmSync(left, { recursive: true });
    } catch {
      continue; // somebody else's, or somebody else was first
    }
  }
}
