// What a backup folder holds, and whether it still does. The manifest is written last: a folder without one is no backup.
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BackupRefused, contentOf, filesUnder, sync, unreadable } from './backup-files.ts';
import { codeOf } from './system-error.ts';

export const MANIFEST = 'manifest.json';
/** PostgreSQL's data directory with the log that makes it whole. */
export const CLUSTER = 'cluster';
/** Everything else of the data folder, under its own names. */
export const FILES = 'files';
/** What a restore leaves in a data folder besides the data. */
export const RESTORING = '.restoring';
export const MOVED_ASIDE = 'before-restore-';
export const LEFT_BY_RESTORE = /^(?:\.restoring|before-restore-[^/]*)(?:\/|$)/;

const FORMAT = 1;
const Instant = z.iso.datetime();
const Lsn = z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/);

const Content = z.strictObject({
  format: z.literal(FORMAT),
  product_version: z.string(),
  postgres_version: z.string(),
  started_at: Instant,
  /** What was acknowledged before this instant is in the backup. */
  stands_at: Instant,
  ended_at: Instant,
  start_lsn: Lsn,
  stop_lsn: Lsn,
  folders: z.array(z.string()),
  files: z.array(
    z.strictObject({
      path: z.string(),
      size_bytes: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = z.infer<typeof Content>;
export type BackupFile = Manifest['files'][number];

export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const digest = digestOf(content);
  const draft = path.join(folder, `${MANIFEST}.draft`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ ...content, digest }, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path.join(folder, MANIFEST));
  await sync(folder);
}

export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT'
      ? new BackupRefused(
          'NO_BACKUP',
          `${folder} has no ${MANIFEST}: it is no backup, or one that was never finished`,
        )
      : unreadable(folder, error);
  });
  const damaged = new BackupRefused('DAMAGED', `${path.join(folder, MANIFEST)} is not as it was written`);
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw damaged;
  }
  const { data } = z.record(z.string(), z.unknown()).safeParse(said);
  if (!data) throw damaged;
  const { digest, ...content } = data;
  if (digest !== digestOf(content)) throw damaged;
  if (content.format !== FORMAT)
    throw new BackupRefused(
      'OTHER_FORMAT',
      `${folder} has format ${String(content.format)}, and this program reads format ${FORMAT}: restore it with the program that made it`,
    );
  return Content.parse(content);
}

const digestOf = (content: unknown) => createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** Reads every byte of the backup, and finds what is missing, what was changed and what does not belong. */
export async function checkBackup(
  folder: string,
  manifest: Manifest,
  onRead: (bytes: number) => void = () => {},
): Promise<void> {
  const listed = new Set(manifest.files.map((file) => file.path));
  for (const found of await filesUnder(folder)) {
    if (found !== MANIFEST && !listed.has(found))
      throw new BackupRefused('DAMAGED', `${path.join(folder, found)} does not belong to this backup`);
  }
  for (const file of manifest.files) {
    const at = path.join(folder, file.path);
    const found = await contentOf(at).catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT'
        ? new BackupRefused('DAMAGED', `${at} is missing from the backup`)
        : unreadable(at, error);
    });
    if (found.size_bytes !== file.size_bytes || found.sha256 !== file.sha256)
      throw new BackupRefused('DAMAGED', `${at} is not as it was written: this backup cannot be used`);
    onRead(file.size_bytes);
  }
}
