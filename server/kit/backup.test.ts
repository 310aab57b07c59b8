import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseUnlessFits } from './backup-files.ts';
import { MANIFEST, readManifest } from './backup-manifest.ts';
import { restoreBackup } from './backup-restore.ts';
import { segmentsBetween, takeBackup } from './backup.ts';
import { systemClock } from './clock.ts';
import { type EmbeddedPostgres, findEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

let parent: string;
let data_dir: string;
let server: EmbeddedPostgres;
const inParent = (name: string) => path.join(parent, name);

beforeAll(async () => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'backup-'));
  fs.chmodSync(parent, 0o755);
  data_dir = inParent('data');
  fs.mkdirSync(path.join(data_dir, 'stored/ab'), { recursive: true });
  fs.writeFileSync(path.join(data_dir, 'stored/ab/one'), 'the first');
  fs.mkdirSync(path.join(data_dir, 'replaced'));
  fs.writeFileSync(path.join(data_dir, 'replaced/state'), 'of before');
  fs.mkdirSync(path.join(data_dir, 'scratch'));
  fs.writeFileSync(path.join(data_dir, 'scratch/rubbish'), 'not kept');
  server = await startEmbeddedPostgres({ data_dir: path.join(data_dir, 'postgres') });
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(parent, { recursive: true, force: true });
});

/** Empty of who is dead, also where nobody has collected them yet. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

const backUp = (folder: string, during: (line: string) => void = () => {}) =>
  takeBackup({
    folder,
    data_dir,
    postgres_dir: 'postgres',
    database_url: server.url,
    leave_out: /^scratch|\.lock$|\.log/,
    no_older: /^replaced/,
    product_version: '1',
    clock: systemClock,
    say: during,
  });

const restore = (
  folder: string,
  to: string,
  options: { force?: boolean; prove?: (url: string) => Promise<void> } = {},
) =>
  restoreBackup({
    folder,
    data_dir: to,
    postgres_dir: 'postgres',
    force: options.force ?? false,
    prove: async ({ database_url }) => options.prove?.(database_url),
    clock: systemClock,
    say: () => {},
  });

async function rowsAt(url: string): Promise<Set<number>> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ id: number }>('select id from kept');
    return new Set(rows.map(({ id }) => id));
  } finally {
    await client.end();
  }
}

/** Writes row after row, and remembers when each was acknowledged. */
async function keepWriting() {
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('create table if not exists kept (id int primary key, filling text)');
  const acknowledged: { id: number; at: number }[] = [];
  let stopped = false;
  const life = (async () => {
    for (let id = 1; !stopped; id += 1) {
      await client.query(`insert into kept values ($1, repeat('silk', 200))`, [id]);
      acknowledged.push({ id, at: Date.now() });
    }
    await client.end();
  })();
  return {
    acknowledged,
    stop() {
      stopped = true;
      return life;
    },
  };
}

describe('a data folder is backed up and restored', () => {
  const folder = () => inParent('backup');

  test('while it is written to: what was acknowledged before the backup stands is there, whole', async () => {
    const writer = await keepWriting();
    const manifest = await backUp(folder(), (line) => {
      // appears while the database is copied, as a file stored then would; another one is replaced
      if (!line.startsWith('database: its log')) return;
      fs.writeFileSync(path.join(data_dir, 'stored/ab/two'), 'the second');
      fs.writeFileSync(path.join(data_dir, 'replaced/state'), 'of now');
    });
    await writer.stop();
    const stood = writer.acknowledged.filter(({ at }) => at < Date.parse(manifest.stands_at));
    expect(stood.length).toBeGreaterThan(0);
    expect(writer.acknowledged.length).toBeGreaterThan(stood.length);

    const target = inParent('restored');
    let there = new Set<number>();
    const prove = async (url: string) => void (there = await rowsAt(url));
    expect(await restore(folder(), target, { prove })).toMatchObject({ moved_aside: null });
    expect(stood.filter(({ id }) => !there.has(id))).toEqual([]);
    expect(Math.max(...there)).toBe(there.size);

    expect(fs.readdirSync(target).sort()).toEqual(['postgres', 'replaced', 'stored']);
    expect(fs.readFileSync(path.join(target, 'replaced/state'), 'utf8')).toBe('of now');
    expect(fs.readFileSync(path.join(target, 'stored/ab/one'), 'utf8')).toBe('the first');
    expect(fs.readFileSync(path.join(target, 'stored/ab/two'), 'utf8')).toBe('the second');
    expect(fs.statSync(path.join(target, 'postgres/password')).mode & 0o777).toBe(0o600);

    const again = await startEmbeddedPostgres({ data_dir: path.join(target, 'postgres') });
    expect((await rowsAt(again.url)).size).toBe(there.size);
    await again.stop();
  });

  test('no slot stays behind that would keep the log for ever', async () => {
    const client = new pg.Client(server.url);
    await client.connect();
    const { rows } = await client.query('select * from pg_replication_slots');
    await client.end();
    expect(rows).toEqual([]);
  });

  test('onto data that are there, only when told so, and they stay aside', async () => {
    const target = inParent('restored');
    fs.writeFileSync(path.join(target, 'mine'), 'kept');
    await expect(restore(folder(), target)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    const { moved_aside } = await restore(folder(), target, { force: true });
    expect(fs.readFileSync(path.join(moved_aside ?? '', 'mine'), 'utf8')).toBe('kept');
    expect(fs.readdirSync(target).sort()).toEqual([
      path.basename(moved_aside ?? ''),
      'postgres',
      'replaced',
      'stored',
    ]);
  });

  test('data that do not prove leave the target as it was', async () => {
    const target = inParent('unproved');
    fs.mkdirSync(target);
    fs.writeFileSync(path.join(target, 'mine'), 'kept');
    const prove = () => Promise.reject(new Error('not these'));
    await expect(restore(folder(), target, { force: true, prove })).rejects.toThrow('not these');
    expect(fs.readdirSync(target)).toEqual(['mine']);
  });

  test('never onto the folder of a running database', async () => {
    await expect(restore(folder(), data_dir, { force: true })).rejects.toMatchObject({
      code: 'TARGET_IN_USE',
    });
    expect(findEmbeddedPostgres(path.join(data_dir, 'postgres'))).toBe(server.url);
  });

  test.each<[string, (copy: string) => void, string]>([
    ['one bit of one file', (copy) => flipBit(path.join(copy, 'cluster/global/1262')), 'DAMAGED'],
    ['a file that is gone', (copy) => fs.rmSync(path.join(copy, 'files/stored/ab/one')), 'DAMAGED'],
    ['a file too many', (copy) => fs.writeFileSync(path.join(copy, 'cluster/standby.signal'), ''), 'DAMAGED'],
    ['the manifest', (copy) => flipBit(path.join(copy, MANIFEST)), 'DAMAGED'],
    ['no manifest', (copy) => fs.rmSync(path.join(copy, MANIFEST)), 'NO_BACKUP'],
  ])('damage is found: %s', async (_what, damage, code) => {
    const copy = inParent('damaged');
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(folder(), copy, { recursive: true });
    damage(copy);
    await expect(restore(copy, inParent('from damaged'))).rejects.toMatchObject({ code });
    expect(fs.existsSync(inParent('from damaged'))).toBe(false);
  });
});

describe('a backup is refused', () => {
  test('into a folder that is not empty, or inside the data', async () => {
    const folder = inParent('full');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'mine'), 'kept');
    await expect(backUp(folder)).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
    expect(fs.readdirSync(folder)).toEqual(['mine']);
    await expect(backUp(path.join(data_dir, 'stored/backup'))).rejects.toMatchObject({
      code: 'FOLDER_INSIDE',
    });
  });

  test('where it does not fit', () => {
    expect(() => refuseUnlessFits('/mnt', 2_000_000, 1_999_999)).toThrow(
      /room for 2 MB, and 2 MB are needed/,
    );
    expect(() => refuseUnlessFits('/mnt', 2_000_000, 2_000_000)).not.toThrow();
  });

  test('when the database breaks off, and nothing of it is kept', async () => {
    const folder = inParent('broken off');
    let killed = false;
    const during = (line: string) => {
      if (killed || !line.startsWith('database: file')) return;
      killed = true;
      process.kill(server.pid, 'SIGQUIT');
      // else the backup may be whole before the server is gone
      while (commandOf(server.pid) !== '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    };
    await expect(backUp(folder, during)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(killed).toBe(true);
    expect(fs.readdirSync(folder)).toEqual([]);
    await expect
      .poll(
        () =>
          rowsAt(server.url).then(
            (rows) => rows.size,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
  });
});

test('segments are counted across the end of a log', () => {
  expect(segmentsBetween('0000000100000000000000FE', '000000010000000100000001', 1n << 24n)).toEqual([
    '0000000100000000000000FE',
    '0000000100000000000000FF',
    '000000010000000100000000',
    '000000010000000100000001',
  ]);
});

test('a manifest that was never written is no backup', async () => {
  await expect(readManifest(parent)).rejects.toMatchObject({ code: 'NO_BACKUP' });
});

function flipBit(file: string): void {
  const bytes = fs.readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
}
