// A backup becomes a data folder again. It is made ready and proved below the target, and only then moved into place.
import { chmod, chown, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import {
  BackupRefused,
  copyFile,
  megabytes,
  refusalOf,
  refuseUnlessFits,
  roomIn,
  sync,
  syncTree,
} from './backup-files.ts';
import {
  checkBackup,
  CLUSTER,
  FILES,
  LEFT_BY_RESTORE,
  type Manifest,
  MOVED_ASIDE,
  readManifest,
  RESTORING,
} from './backup-manifest.ts';
import type { Clock } from './clock.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { AlreadyRunning, takeInstanceLock } from './instance-lock.ts';
import { findPostgresHome, type PostgresHome } from './postgres-home.ts';

export type RestoreRequest = {
  folder: string;
  data_dir: string;
  postgres_dir: string;
  /** As root, the account to run PostgreSQL as. */
  run_as?: string | undefined;
  /** Moves aside what lies in the target, where it stays. */
  force: boolean;
  /** Looks at the data while they lie in `data_dir`, not yet in place. What it throws ends the restore. */
  prove(restored: { database_url: string; data_dir: string; stands_at: Date }): Promise<void>;
  clock: Clock;
  say(line: string): void;
};

export type Restored = { manifest: Manifest; moved_aside: string | null };

export async function restoreBackup(request: RestoreRequest): Promise<Restored> {
  const { folder, data_dir, say } = request;
  const manifest = await readManifest(folder);
  const size = manifest.files.reduce((sum, file) => sum + file.size_bytes, 0);
  say(`checking ${manifest.files.length} files, ${megabytes(size)}`);
  await checkBackup(folder, manifest, every(size, say));

  await mkdir(data_dir, { recursive: true });
  const lock = takeTarget(request);
  try {
    const before = (await readdir(data_dir)).filter(isOldData);
    if (before.length > 0 && !request.force)
      throw new BackupRefused(
        'TARGET_NOT_EMPTY',
        `${data_dir} is not empty: choose another folder, or say --force to move what is there aside`,
      );
    const draft = path.join(data_dir, RESTORING);
    await rm(draft, { recursive: true, force: true });
    refuseUnlessFits(data_dir, size, await roomIn(data_dir));
    const home = await layOut(manifest, draft, request);
    try {
      await prove(draft, new Date(manifest.stands_at), request);
      return { manifest, moved_aside: await moveIn(draft, before, request) };
    } catch (error) {
      await rm(home.cluster, { recursive: true, force: true }); // which may lie outside the draft
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    throw refusalOf(error, data_dir);
  } finally {
    lock.release();
  }
}

const isOldData = (name: string) =>
  name !== 'lost+found' && !name.endsWith('.lock') && !LEFT_BY_RESTORE.test(name);

function takeTarget({ data_dir, postgres_dir }: RestoreRequest) {
  try {
    const lock = takeInstanceLock(data_dir);
    if (!findEmbeddedPostgres(path.join(data_dir, postgres_dir))) return lock;
    lock.release();
  } catch (error) {
    if (error instanceof AlreadyRunning) throw new BackupRefused('TARGET_IN_USE', error.message);
    throw error;
  }
  throw new BackupRefused(
    'TARGET_IN_USE',
    `a PostgreSQL that outlived its program still works in ${data_dir}: start the program once and stop it, or choose another folder`,
  );
}

/** Copies everything to where it can be started, and as whose. */
async function layOut(manifest: Manifest, draft: string, request: RestoreRequest): Promise<PostgresHome> {
  const { folder, postgres_dir, run_as, say } = request;
  await mkdir(draft);
  const postgres = path.join(draft, postgres_dir);
  const home = findPostgresHome({ data_dir: postgres, run_as, log: say });
  const placeOf = (at: string) =>
    at === CLUSTER || at.startsWith(`${CLUSTER}/`)
      ? { to: path.join(home.cluster, path.relative(CLUSTER, at)), account: home.account, mode: 0o600 }
      : { to: path.join(draft, path.relative(FILES, at)), account: undefined, mode: undefined };
  try {
    say('copying');
    for (const at of manifest.folders) {
      const { to, account, mode } = placeOf(at);
      await mkdir(to, { recursive: true, ...(mode && { mode: 0o700 }) });
      if (mode) await chmod(to, 0o700);
      if (account) await chown(to, account.uid, account.gid);
    }
    for (const file of manifest.files) {
      const { to, account, mode } = placeOf(file.path);
      const copied = await copyFile(path.join(folder, file.path), to, mode);
      if (copied.sha256 !== file.sha256)
        throw new BackupRefused('DAMAGED', `${file.path} changed while it was copied`);
      if (account) await chown(to, account.uid, account.gid);
    }
    const usual = path.join(postgres, 'cluster');
    if (home.cluster !== path.join(home.folder, 'cluster')) await symlink(home.cluster, usual);
    await syncTree(home.cluster);
    await syncTree(draft);
    return home;
  } catch (error) {
    await rm(home.cluster, { recursive: true, force: true });
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL reads the log from the start of the backup to its end; then somebody who knows what it means looks at it. */
async function prove(draft: string, stands_at: Date, request: RestoreRequest): Promise<void> {
  request.say('starting PostgreSQL, which reads its log');
  const server = await startEmbeddedPostgres({
    data_dir: path.join(draft, request.postgres_dir),
    run_as: request.run_as,
    log: request.say,
  });
  try {
    await request.prove({ database_url: server.url, data_dir: draft, stands_at });
  } finally {
    await server.stop();
  }
}

/** Renames only. What was moved is moved back if one of them fails. */
async function moveIn(
  draft: string,
  before: readonly string[],
  { data_dir, clock }: RestoreRequest,
): Promise<string | null> {
  const aside = path.join(
    data_dir,
    `${MOVED_ASIDE}${clock
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '')}`,
  );
  const moved: [from: string, to: string][] = [];
  const move = async (name: string, from: string, to: string) => {
    await rename(path.join(from, name), path.join(to, name));
    moved.push([path.join(from, name), path.join(to, name)]);
  };
  try {
    if (before.length > 0) await mkdir(aside);
    for (const name of before) await move(name, data_dir, aside);
    for (const name of await readdir(draft)) await move(name, draft, data_dir);
  } catch (error) {
    for (const [from, to] of moved.reverse()) await rename(to, from);
    throw error;
  }
  await rm(draft, { recursive: true });
  if (before.length > 0) await sync(aside);
  await sync(data_dir);
  return before.length > 0 ? aside : null;
}

/** A line each tenth of the way. */
function every(size: number, say: (line: string) => void) {
  let read = 0;
  let told = 0;
  return (bytes: number) => {
    read += bytes;
    if (size < PROGRESS_BYTES_MIN || read - told < size / 10) return;
    told = read;
    say(`${Math.round((100 * read) / size)} %`);
  };
}
const PROGRESS_BYTES_MIN = 200_000_000;
