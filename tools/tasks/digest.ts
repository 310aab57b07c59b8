// "Has anything changed since?" for folders of sources.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, root } from './paths.ts';

/** Made by tools, never by hand. */
const NOT_SOURCES = new Set(['node_modules', 'build', '.svelte-kit']);

export type Fingerprint = {
  /** Of names, sizes and times: cheap, and enough to say "nothing has changed". */
  listing: string;
  /** Of the contents: what counts, since a checkout changes times and no contents. */
  contents: string;
};

export function filesUnder(places: string[], wanted: (name: string) => boolean = () => true): string[] {
  return places
    .flatMap((place) => walk(inRoot(place)))
    .filter(wanted)
    .sort();
}

function walk(at: string): string[] {
  const stat = fs.statSync(at, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [at];
  return fs
    .readdirSync(at)
    .filter((name) => !NOT_SOURCES.has(name))
    .flatMap((name) => walk(path.join(at, name)));
}

function listingOf(files: string[]): string {
  return digest(
    files.map((file) => {
      const { size, mtimeMs } = fs.statSync(file);
      return `${path.relative(root, file)} ${size} ${mtimeMs}`;
    }),
  );
}

function contentsOf(files: string[]): string {
  return digest(files.flatMap((file) => [path.relative(root, file), fs.readFileSync(file)]));
}

function digest(parts: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** True if the stamp was made of these very contents. Touched but equal files renew the stamp's listing. */
export function isUnchanged(stampFile: string, files: string[]): boolean {
  const stamp = readStamp(stampFile);
  if (!stamp) return false;
  const listing = listingOf(files);
  if (stamp.listing === listing) return true;
  if (stamp.contents !== contentsOf(files)) return false;
  writeStamp(stampFile, { ...stamp, listing });
  return true;
}

export function fingerprint(files: string[]): Fingerprint {
  return { listing: listingOf(files), contents: contentsOf(files) };
}

export function writeStamp(stampFile: string, stamp: Fingerprint) {
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, JSON.stringify(stamp));
}

function readStamp(stampFile: string): Fingerprint | undefined {
  try {
    return JSON.parse(fs.readFileSync(stampFile, 'utf8')) as Fingerprint;
  } catch {
    return undefined;
  }
}
