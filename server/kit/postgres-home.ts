// Where embedded PostgreSQL runs from, as whom, and where its data lie. See embedded-postgres.ts for its life.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { codeOf } from './system-error.ts';

export type Account = { uid: number; gid: number };

export type PostgresHome = {
  /** The binaries: `bin/`, `lib/`, `share/`. */
  native: string;
  /** Ours: the password, the log, the lock, and `cluster` (the data, or a link to them). */
  folder: string;
  /** PostgreSQL's data directory itself. */
  cluster: string;
  is_new: boolean;
  /** Set when we are root and PostgreSQL, which refuses root, must run as somebody else. */
  account: Account | undefined;
};

export type PostgresHomeOptions = {
  data_dir: string;
  run_as?: string | undefined;
  log: (line: string) => void;
};

/** For binaries and data of a root whose own folders are closed to PostgreSQL's account. Not /tmp: data must stay. */
const SHELTERS = ['/var/lib/stellary', '/var/tmp/stellary'];

const EXECUTABLES = ['postgres', 'initdb', 'pg_ctl'];

export function findPostgresHome(options: PostgresHomeOptions): PostgresHome {
  fs.mkdirSync(options.data_dir, { recursive: true });
  const folder = fs.realpathSync(options.data_dir);
  const account = accountFor(path.join(folder, 'cluster'), options.run_as);
  if (account) openFolder(folder);
  return {
    folder,
    account,
    native: placeBinaries(account, options.log),
    ...placeCluster(folder, account, options.log),
  };
}

// --- As whom -------------------------------------------------------------------------------------------------

function accountFor(cluster: string, runAs: string | undefined): Account | undefined {
  const owner = ownerOf(cluster);
  const uid = process.getuid?.();
  if (uid !== 0) {
    assertKnownUser(uid);
    if (owner && owner.uid !== uid) {
      throw new Error(
        `the database in ${cluster} belongs to user id ${owner.uid}, and this is user id ${uid}: run as root or as its owner, or set another DATA_DIR`,
      );
    }
    return undefined;
  }
  return owner ?? accountNamed(runAs);
}

/** Whoever made the data keeps them. */
function ownerOf(cluster: string): Account | undefined {
  try {
    const { uid, gid } = fs.statSync(cluster);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

function assertKnownUser(uid: number | undefined) {
  try {
    os.userInfo();
  } catch {
    throw new Error(
      `user id ${uid} has no entry in /etc/passwd, which PostgreSQL's initdb needs: add one, or set DATABASE_URL`,
    );
  }
}

function accountNamed(runAs: string | undefined): Account {
  const rows = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const names = runAs ? [runAs] : ['postgres', 'nobody'];
  for (const name of names) {
    const row = rows.find(([user]) => user === name);
    if (row) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw new Error(
    `running as root, and there is no account ${names.join(' or ')} to run PostgreSQL as: set EMBEDDED_PG_USER or DATABASE_URL`,
  );
}

// --- The binaries ----------------------------------------------------------------------------------------------

function placeBinaries(account: Account | undefined, log: (line: string) => void): string {
  const native = packagedBinaries();
  completePackage(native);
  const postgres = path.join(native, 'bin', 'postgres');
  if (!account || canPass(path.dirname(postgres), account)) return native;

  // The folder's name is the package's digest-locked version: one copy serves every clone on this machine.
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = path.join(shelter(), `postgres-${version}`);
  if (!fs.existsSync(copy)) {
    log(`this folder is closed to other accounts: copying PostgreSQL to ${copy}`);
    const draft = fs.mkdtempSync(`${copy}.`);
    fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openTree(draft);
    moveUnlessThere(draft, copy);
  }
  return copy;
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `the package ${name} is not installed: run "npm ci", or set DATABASE_URL if your platform has none`,
    );
  }
}

/** Does what the package's install script would do, because install scripts are off here. */
function completePackage(native: string) {
  const links = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const at = path.join(native, '..', target);
    if (fs.existsSync(at)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), at);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error; // another start was quicker
    }
  }
  for (const name of EXECUTABLES) {
    const file = path.join(native, 'bin', name);
    if ((fs.statSync(file).mode & 0o111) !== 0o111) fs.chmodSync(file, 0o755);
  }
}

// --- The data ------------------------------------------------------------------------------------------------

function placeCluster(folder: string, account: Account | undefined, log: (line: string) => void) {
  const usual = path.join(folder, 'cluster');
  const link = fs.lstatSync(usual, { throwIfNoEntry: false })?.isSymbolicLink()
    ? fs.readlinkSync(usual)
    : undefined;
  const passable = !account || canPass(folder, account);

  if (link) {
    if (!fs.existsSync(link))
      throw new Error(
        `${usual} points to ${link}, and that is gone: put it back, or delete ${folder} to begin with an empty database`,
      );
    return { cluster: link, is_new: false };
  }
  if (fs.existsSync(usual)) {
    if (!passable)
      throw new Error(
        `a folder above ${usual} is closed to the account that owns the database: open it (chmod o+x), or move the folder`,
      );
    return { cluster: usual, is_new: false };
  }
  if (passable) return { cluster: usual, is_new: true };

  const place = fs.mkdtempSync(path.join(shelter(), 'data-'));
  openFolder(place);
  log(`this folder is closed to other accounts: the database will lie in ${place}`);
  return { cluster: path.join(place, 'cluster'), is_new: true };
}

// --- Folders -------------------------------------------------------------------------------------------------

function shelter(): string {
  for (const place of SHELTERS) {
    try {
      fs.mkdirSync(place, { recursive: true });
      // /var/tmp is everybody's: a folder of that name must be really ours.
      if (!fs.lstatSync(place).isDirectory() || fs.statSync(place).uid !== 0) continue;
      openFolder(place);
      return place;
    } catch {
      continue; // a read-only /var/lib: the next one
    }
  }
  throw new Error(
    `PostgreSQL's account cannot pass this folder, and none of ${SHELTERS.join(', ')} can be made: move the folder, or set DATABASE_URL`,
  );
}

/** May this account walk down to the folder? Supplementary groups are dropped when PostgreSQL is started, so they do not count. */
export function canPass(folder: string, account: Account): boolean {
  const { mode, uid, gid } = fs.statSync(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if (!(mode & bit)) return false;
  return folder === path.dirname(folder) || canPass(path.dirname(folder), account);
}

/** Said with chmod because the mode of mkdir is cut by the umask. */
function openFolder(folder: string) {
  fs.chmodSync(folder, 0o755);
}

function openTree(folder: string) {
  openFolder(folder);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) openTree(at);
    else if (entry.isFile()) fs.chmodSync(at, fs.statSync(at).mode | 0o444);
  }
}

function moveUnlessThere(from: string, to: string) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (!fs.existsSync(to)) throw error;
    fs.rmSync(from, { recursive: true, force: true });
  }
}
