// A copy of a data folder with its embedded PostgreSQL, taken while both are at work.
// The packaged PostgreSQL has no pg_basebackup, so this does what that does, by PostgreSQL's low-level functions.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import {
  BackupRefused,
  copyFile,
  entriesUnder,
  type Entry,
  isMissing,
  refusalOf,
  refuseUnlessFits,
  roomIn,
  syncTree,
  unreadable,
} from './backup-files.ts';
import {
  type BackupFile,
  CLUSTER,
  FILES,
  LEFT_BY_RESTORE,
  type Manifest,
  writeManifest,
} from './backup-manifest.ts';
import type { Clock } from './clock.ts';
import { codeOf } from './system-error.ts';

export type BackupRequest = {
  /** An empty folder, or one that does not exist yet. */
  folder: string;
  data_dir: string;
  /** Where PostgreSQL's files lie below `data_dir`; its own data directory is `cluster` in there. */
  postgres_dir: string;
  database_url: string;
  /** What need not be kept, by its path below `data_dir`. */
  leave_out: RegExp;
  /** What may be taken away while the copy is taken: nothing in the database still asks for it by then. */
  may_go?: RegExp;
  /** What is written anew in its place, and of which the database speaks: copied after the database only. */
  no_older?: RegExp;
  product_version: string;
  clock: Clock;
  say(line: string): void;
};

/** Log that is written while the copy is taken. */
const LOG_ROOM_BYTES = 128_000_000;

/** Takes the whole backup or leaves nothing. */
export async function takeBackup(request: BackupRequest): Promise<Manifest> {
  const { clock, say } = request;
  const folder = path.resolve(request.folder);
  await refuseUnusable(folder, request.data_dir);
  const started_at = clock.now().toISOString();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await refuseTooSmall(folder, request);
    const draft: Draft = { folder, folders: new Set(), files: [] };
    // Twice, around the database. Most bytes are copied before, so that the database is as young as can be. What
    // appeared meanwhile is copied after: a file that the database names was stored before the row that names it and
    // is never changed under its name, so it is in one of the two, and a key or a signed head is never newer than the books.
    // Only what is replaced in its place waits for the second time: else the database would know of more than it.
    say('files');
    await copyFiles(draft, request, (at) => !request.no_older?.test(at));
    const database = await copyDatabase(draft, request);
    await copyFiles(draft, request);
    say('writing it all to the disk');
    await syncTree(folder);
    const manifest: Manifest = {
      format: 1,
      product_version: request.product_version,
      postgres_version: database.postgres_version,
      started_at,
      stands_at: database.stands_at.toISOString(),
      ended_at: clock.now().toISOString(),
      start_lsn: database.start_lsn,
      stop_lsn: database.stop_lsn,
      folders: [...draft.folders].sort(),
      files: draft.files,
    };
    await writeManifest(folder, manifest);
    return manifest;
  } catch (error) {
    for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
    throw refusalOf(error, folder);
  }
}

type Draft = { folder: string; folders: Set<string>; files: BackupFile[] };

// --- Refusals --------------------------------------------------------------------------------------------------

async function refuseUnusable(folder: string, data_dir: string): Promise<void> {
  const below = path.relative(await realpath(data_dir), await realpathOfNearest(folder));
  if (below === '' || !below.startsWith('..'))
    throw new BackupRefused(
      'FOLDER_INSIDE',
      `${folder} lies in the data folder that is to be backed up: choose one elsewhere, best on another disk`,
    );
  const there = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  });
  if (there.some((name) => name !== 'lost+found'))
    throw new BackupRefused(
      'FOLDER_NOT_EMPTY',
      `${folder} is not empty: each backup gets a folder of its own`,
    );
}

async function realpathOfNearest(folder: string): Promise<string> {
  return (await isMissing(folder))
    ? path.join(await realpathOfNearest(path.dirname(folder)), path.basename(folder))
    : realpath(folder);
}

async function refuseTooSmall(folder: string, request: BackupRequest): Promise<void> {
  const sizes = [
    await sizeOf(await clusterOf(request), inCluster),
    await sizeOf(request.data_dir, (at) => isKept(at, request)),
    LOG_ROOM_BYTES,
  ];
  refuseUnlessFits(
    folder,
    sizes.reduce((sum, size) => sum + size, 0),
    await roomIn(folder),
  );
}

async function sizeOf(folder: string, wanted: (at: string) => boolean): Promise<number> {
  let bytes = 0;
  for (const { path: at, is_file } of await entriesUnder(folder, wanted))
    if (is_file)
      bytes += await stat(path.join(folder, at)).then(
        ({ size }) => size,
        () => 0,
      );
  return bytes;
}

// --- The files -------------------------------------------------------------------------------------------------

async function copyFiles(
  draft: Draft,
  request: BackupRequest,
  isWanted: (at: string) => boolean = () => true,
): Promise<void> {
  const found = await entriesUnder(request.data_dir, (at) => isKept(at, request) && isWanted(at));
  const copied = new Set(draft.files.map((file) => file.path));
  const missing = found.filter(({ path: at }) => !copied.has(path.posix.join(FILES, at)));
  await copyInto(draft, FILES, request.data_dir, missing, async (from) => {
    if (request.may_go?.test(path.relative(request.data_dir, from))) return;
    throw new BackupRefused(
      'UNREADABLE',
      `${from} went away while it was to be copied: take the backup again`,
    );
  });
}

const isKept = (at: string, { postgres_dir, leave_out }: BackupRequest) =>
  at !== path.posix.join(postgres_dir, 'cluster') && !LEFT_BY_RESTORE.test(at) && !leave_out.test(at);

async function copyInto(
  draft: Draft,
  place: string,
  from: string,
  entries: readonly Entry[],
  whenGone: (from: string) => Promise<void>,
): Promise<void> {
  await makeFolder(draft, place);
  for (const entry of entries) {
    const at = path.posix.join(place, entry.path);
    const source = path.join(from, entry.path);
    if (entry.is_folder) await makeFolder(draft, at);
    if (!entry.is_file) continue;
    try {
      draft.files.push({ path: at, ...(await copyFile(source, path.join(draft.folder, at))) });
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || !(await isMissing(source))) throw error;
      await whenGone(source);
    }
  }
}

async function makeFolder(draft: Draft, at: string): Promise<void> {
  draft.folders.add(at);
  await mkdir(path.join(draft.folder, at), { recursive: true });
}

// --- The database ----------------------------------------------------------------------------------------------

type DatabaseCopy = { postgres_version: string; stands_at: Date; start_lsn: string; stop_lsn: string };

/**
 * The files are copied as they lie, torn and from different moments; the log from the first moment to the last makes
 * them one state, that of the end. A temporary slot keeps that log meanwhile and goes when we do, even if we are killed.
 */
async function copyDatabase(draft: Draft, request: BackupRequest): Promise<DatabaseCopy> {
  const client = new pg.Client({ connectionString: request.database_url, application_name: 'backup' });
  let lost: Error | undefined;
  client.on('error', (error) => (lost = error));
  await client.connect();
  try {
    const cluster = await clusterOf(request);
    await refuseOther(client, cluster);
    await client.query(
      `select pg_create_physical_replication_slot('backup_' || pg_backend_pid(), true, true)`,
    );
    request.say('database: waiting for a checkpoint');
    await client.query(`select pg_backup_start('backup', fast => true)`);
    await copyCluster(draft, cluster, request);
    const stands_at = request.clock.now();
    const stopped = await stopBackup(client);
    request.say('database: its log');
    await copyLog(draft, cluster, stopped);
    await writeAside(draft, 'backup_label', stopped.label);
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    return {
      postgres_version: rows[0]?.version ?? '',
      stands_at,
      start_lsn: stopped.start_lsn,
      stop_lsn: stopped.stop_lsn,
    };
  } catch (error) {
    if (lost || error instanceof pg.DatabaseError || /Connection terminated/.test(String(error)))
      throw new BackupRefused('INTERRUPTED', `the database broke the backup off: ${String(lost ?? error)}`);
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

const clusterOf = ({ data_dir, postgres_dir }: BackupRequest) =>
  realpath(path.join(data_dir, postgres_dir, 'cluster'));

async function refuseOther(client: pg.Client, cluster: string): Promise<void> {
  const { rows } = await client.query<{ folder: string; tablespaces: string }>(`
    select current_setting('data_directory') as folder,
           (select count(*) from pg_tablespace where pg_tablespace_location(oid) <> '')::text as tablespaces`);
  if (rows[0]?.folder !== cluster)
    throw new BackupRefused(
      'DATABASE_NOT_EMBEDDED',
      `the database that answers lies in ${rows[0]?.folder}, not in ${cluster}`,
    );
  if (rows[0].tablespaces !== '0')
    throw new BackupRefused(
      'DATABASE_NOT_EMBEDDED',
      `the database has tablespaces outside ${cluster}, which this backup would miss: use pg_basebackup`,
    );
}

/** Contents that PostgreSQL makes anew at every start, and its log, of which only a part is wanted. */
const EMPTIED =
  /^(?:pg_dynshmem|pg_notify|pg_replslot|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans|pg_wal)\//;
const LEFT_OUT =
  /^(?:postmaster\.(?:pid|opts)|backup_label.*|tablespace_map.*|backup_manifest)$|(?:^|\/)(?:pgsql_tmp|pg_internal\.init)[^/]*$|\.tmp$/;
const inCluster = (at: string) => !EMPTIED.test(at) && !LEFT_OUT.test(at);
const CONTROL = 'global/pg_control';

async function copyCluster(draft: Draft, cluster: string, request: BackupRequest): Promise<void> {
  const entries = await entriesUnder(cluster, inCluster);
  const files = entries.filter(({ is_file, path: at }) => is_file && at !== CONTROL);
  await copyInto(
    draft,
    CLUSTER,
    cluster,
    entries.filter(({ is_folder }) => is_folder),
    async () => {},
  );
  for (let index = 0; index < files.length; index += FILES_A_LINE) {
    request.say(`database: file ${index} of ${files.length}`);
    // a table that was dropped meanwhile has no file any more, and the log says so too
    await copyInto(draft, CLUSTER, cluster, files.slice(index, index + FILES_A_LINE), async () => {});
  }
  await copyControl(draft, cluster);
}

const FILES_A_LINE = 500;

/** The one file that the log cannot mend: read until two readings agree, so that none is torn. */
async function copyControl(draft: Draft, cluster: string): Promise<void> {
  const file = path.join(cluster, CONTROL);
  for (let bytes = await readFile(file); ;) {
    const again = await readFile(file);
    if (bytes.equals(again)) return writeAside(draft, CONTROL, bytes);
    bytes = again;
  }
}

type Stopped = { label: string; start_lsn: string; stop_lsn: string; segments: string[] };

async function stopBackup(client: pg.Client): Promise<Stopped> {
  const { rows } = await client.query<{
    lsn: string;
    label: string;
    last: string;
    segment_bytes: bigint | string;
  }>(`
    select lsn::text, labelfile as label, pg_walfile_name(lsn) as last,
           (select setting::int8 from pg_settings where name = 'wal_segment_size') as segment_bytes
    from pg_backup_stop(wait_for_archive => false)`);
  const { lsn: stop_lsn = '', label = '', last = '', segment_bytes = 0 } = rows[0] ?? {};
  const [, start_lsn = '', first = ''] = /^START WAL LOCATION: (\S+) \(file (\w+)\)/m.exec(label) ?? [];
  return { label, start_lsn, stop_lsn, segments: segmentsBetween(first, last, BigInt(segment_bytes)) };
}

/** A segment is named by 8 digits each of timeline, log and part: a log is 4 GiB, cut into segments. */
export function segmentsBetween(first: string, last: string, segment_bytes: bigint): string[] {
  const per_log = 0x1_0000_0000n / segment_bytes;
  const numberOf = (name: string) =>
    BigInt(`0x${name.slice(8, 16)}`) * per_log + BigInt(`0x${name.slice(16, 24)}`);
  const hex = (value: bigint) => value.toString(16).toUpperCase().padStart(8, '0');
  const names: string[] = [];
  for (let number = numberOf(first); number <= numberOf(last); number += 1n)
    names.push(`${first.slice(0, 8)}${hex(number / per_log)}${hex(number % per_log)}`);
  return names;
}

async function copyLog(draft: Draft, cluster: string, { segments }: Stopped): Promise<void> {
  const histories = (await readdir(path.join(cluster, 'pg_wal'))).filter((name) => name.endsWith('.history'));
  const entries = [...segments, ...histories].map((name) => ({
    path: name,
    is_folder: false,
    is_file: true,
  }));
  await copyInto(draft, `${CLUSTER}/pg_wal`, path.join(cluster, 'pg_wal'), entries, async (from) => {
    throw new BackupRefused('INTERRUPTED', `PostgreSQL has thrown ${from} away, which the backup needs`);
  });
}

async function writeAside(draft: Draft, name: string, bytes: string | Buffer): Promise<void> {
  const at = path.posix.join(CLUSTER, name);
  await writeFile(path.join(draft.folder, at), bytes, { flag: 'wx', mode: 0o600 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  draft.files.push({ path: at, size_bytes: Buffer.byteLength(bytes), sha256 });
}
